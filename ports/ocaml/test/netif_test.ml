open Netfront
open Check

let octets page at = Bytes.to_seq (Page.read page ~at ~length:12) |> Seq.map Char.code |> List.of_seq

let () =
  test "a transmit request lies in its slot as netif.h has it" (fun () ->
      let page = Ring_test.new_page () in
      Netif.set_tx_request page 64 { gref = 0x89abcdef; offset = 0x0800; flags = 1; id = 0xfffe; size = 60 };
      holds (octets page 64 = [ 0xef; 0xcd; 0xab; 0x89; 0; 8; 1; 0; 0xfe; 0xff; 60; 0 ]));

  test "a receive request lies in its slot as netif.h has it" (fun () ->
      let page = Ring_test.new_page () in
      Bigarray.Array1.fill page '\xff';
      Netif.set_rx_request page 72 { id = 0x0102; gref = 0x03040506 };
      holds (octets page 72 = [ 2; 1; 0; 0; 6; 5; 4; 3; 0xff; 0xff; 0xff; 0xff ]));

  test "an extra lies in its slot as netif.h has it, and comes back" (fun () ->
      let page = Ring_test.new_page () in
      Bigarray.Array1.fill page '\xff';
      let extra : Netif.extra_info =
        { type_ = 1; flags = 3; gso = { size = 0x0102; type_ = 4; features = 0x0506 } }
      in
      Netif.set_extra_info page 64 extra;
      holds (octets page 64 = [ 1; 3; 2; 1; 4; 0; 6; 5; 0xff; 0xff; 0xff; 0xff ]);
      holds (Netif.get_extra_info page 64 = extra));

  test "what answers an extra is no error" (fun () ->
      let page = Ring_test.new_page () in
      Page.write page ~at:64 (Bytes.of_string "\x02\x01\x01\x00");
      equal Netif.rsp_null (Netif.get_tx_response page 64).status);

  test "a status is signed: -1 is an error, and no length of 65535" (fun () ->
      let page = Ring_test.new_page () in
      Page.write page ~at:64 (Bytes.of_string "\x02\x01\xff\xff");
      let { id; status } : Netif.tx_response = Netif.get_tx_response page 64 in
      equal 0x0102 id;
      equal Netif.rsp_error status;
      Page.write page ~at:64 (Bytes.of_string "\xff\xff\x10\x00\x02\x00\xfe\xff");
      let { id; offset; flags; status } : Netif.rx_response = Netif.get_rx_response page 64 in
      equal 0xffff id;
      equal 16 offset;
      equal 2 flags;
      equal Netif.rsp_dropped status);

  test "16 bits are signed at their ends" (fun () ->
      let page = Ring_test.new_page () in
      List.iter
        (fun (unsigned, signed) ->
          Page.set_uint16 page 0 unsigned;
          equal unsigned (Page.get_uint16 page 0);
          equal signed (Page.get_int16 page 0))
        [ (0, 0); (1, 1); (0x7fff, 32767); (0x8000, -32768); (0xffff, -1) ])
