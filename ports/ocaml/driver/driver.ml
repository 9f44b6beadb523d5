let () = Serve.serve ()
