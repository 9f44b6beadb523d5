type tx_request = { gref : int; offset : int; flags : int; id : int; size : int }
type tx_response = { id : int; status : int }
type rx_request = { id : int; gref : int }
type rx_response = { id : int; offset : int; flags : int; status : int }

type gso = { size : int; type_ : int; features : int }
type extra_info = { type_ : int; flags : int; gso : gso }

let tx_slot_size = 12
let rx_slot_size = 8
let rsp_okay = 0
let rsp_error = -1
let rsp_dropped = -2
let rsp_null = 1
let nr_slots_min = 18
let max_tx_size = 0xffff

module Txf = struct
  let csum_blank = 1
  let data_validated = 2
  let more_data = 4
  let extra_info = 8
end

module Rxf = struct
  let data_validated = 1
  let csum_blank = 2
  let more_data = 4
  let extra_info = 8
  let gso_prefix = 16
end

let extra_type_gso = 1
let extra_type_max = 5
let extra_flag_more = 1
let gso_type_tcpv4 = 1
let gso_type_tcpv6 = 2

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

let set_extra_info page at { type_; flags; gso } =
  Page.set_uint8 page at type_;
  Page.set_uint8 page (at + 1) flags;
  Page.set_uint16 page (at + 2) gso.size;
  Page.set_uint8 page (at + 4) gso.type_;
  Page.set_uint8 page (at + 5) 0;
  Page.set_uint16 page (at + 6) gso.features

let get_extra_info page at =
  {
    type_ = Page.get_uint8 page at;
    flags = Page.get_uint8 page (at + 1);
    gso =
      {
        size = Page.get_uint16 page (at + 2);
        type_ = Page.get_uint8 page (at + 4);
        features = Page.get_uint16 page (at + 6);
      };
  }
