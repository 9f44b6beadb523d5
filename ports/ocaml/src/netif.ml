type tx_request = { gref : int; offset : int; flags : int; id : int; size : int }
type tx_response = { id : int; status : int }
type rx_request = { id : int; gref : int }
type rx_response = { id : int; offset : int; flags : int; status : int }

let tx_slot_size = 12
let rx_slot_size = 8
let rsp_okay = 0
let rsp_error = -1
let rsp_dropped = -2

let set_tx_request page at ({ gref; offset; flags; id; size } : tx_request) =
  Page.set_uint32 page at gref;
  Page.set_uint16 page (at + 4) offset;
  Page.set_uint16 page (at + 6) flags;
  Page.set_uint16 page (at + 8) id;
  Page.set_uint16 page (at + 10) size

let get_tx_response page at : tx_response =
  { id = Page.get_uint16 page at; status = Page.get_int16 page (at + 2) }

let set_rx_request page at ({ id; gref } : rx_request) =
  Page.set_uint16 page at id;
  Page.set_uint16 page (at + 2) 0;
  Page.set_uint32 page (at + 4) gref

let get_rx_response page at : rx_response =
  {
    id = Page.get_uint16 page at;
    offset = Page.get_uint16 page (at + 2);
    flags = Page.get_uint16 page (at + 4);
    status = Page.get_int16 page (at + 6);
  }
