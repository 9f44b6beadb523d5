type t = (char, Bigarray.int8_unsigned_elt, Bigarray.c_layout) Bigarray.Array1.t

let size = 4096

external get_uint16 : t -> int -> int = "%caml_bigstring_get16"
external set_uint16 : t -> int -> int -> unit = "%caml_bigstring_set16"
external get_32 : t -> int -> int32 = "%caml_bigstring_get32"
external set_32 : t -> int -> int32 -> unit = "%caml_bigstring_set32"

let get_uint8 (page : t) at = Char.code (Bigarray.Array1.get page at)
let set_uint8 (page : t) at value = Bigarray.Array1.set page at (Char.unsafe_chr (value land 0xff))
let get_int16 page at = (get_uint16 page at lxor 0x8000) - 0x8000
let get_uint32 page at = Int32.to_int (get_32 page at) land 0xffffffff
let set_uint32 page at value = set_32 page at (Int32.of_int value)

let write (page : t) ~at ?(from = 0) ?length octets =
  let length = Option.value length ~default:(Bytes.length octets - from) in
  for i = 0 to length - 1 do
    Bigarray.Array1.set page (at + i) (Bytes.get octets (from + i))
  done

let read (page : t) ~at ~length = Bytes.init length (fun i -> Bigarray.Array1.get page (at + i))
