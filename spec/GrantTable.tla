----------------------------- MODULE GrantTable -----------------------------
(***************************************************************************)
(* The grant table: which of the frontend's pages the backend may reach,   *)
(* and which of them it has mapped.                                        *)
(*                                                                         *)
(* A grant reference (gref) is an entry of the table.  The frontend fills  *)
(* one in (gnttab_grant_foreign_access_ref).  The backend maps the page,   *)
(* or copies from it through Xen.  The frontend may take the entry back    *)
(* (gnttab_end_foreign_access_ref) only when nobody has the page mapped; a *)
(* flag in the entry tells it.  A frontend that does not look gives away a *)
(* page that its peer can still read (XSA-396).                            *)
(*                                                                         *)
(* Left out: read-only against writable (transmit pages are read-only),    *)
(* the number of the domain, and transitive grants.  Nothing here branches *)
(* on them.                                                                *)
(***************************************************************************)
EXTENDS Integers, Sequences, FiniteSets

CONSTANTS
  Page,       \* the pages that can be granted, as numbers
  Gref        \* the grant references there are, as numbers

VARIABLES
  granted,    \* gref -> the page it grants, or NoPage; written by the front
  mapped      \* gref -> how often the back has it mapped; written by Xen for the back

grantVars == <<granted, mapped>>

NoPage == -1

IsGranted(gref) == granted[gref] # NoPage

(* The reference that grants this page now. *)
GrantOf(page) == CHOOSE g \in Gref : granted[g] = page

(* The frontend grants a page under a reference that was free. *)
GrantAccess(gref, page) ==
  /\ granted' = [granted EXCEPT ![gref] = page]
  /\ UNCHANGED mapped

(* The frontend takes the reference back.  Whether it may is CanEnd. *)
EndAccess(gref) ==
  /\ granted' = [granted EXCEPT ![gref] = NoPage]
  /\ UNCHANGED mapped

(* The result of gnttab_end_foreign_access_ref: false while the page is mapped. *)
CanEnd(gref) == mapped[gref] = 0

(* The backend maps the page.  Xen refuses a reference that is not granted. *)
Map(gref) ==
  /\ mapped' = IF IsGranted(gref) THEN [mapped EXCEPT ![gref] = @ + 1] ELSE mapped
  /\ UNCHANGED granted

Unmap(gref) ==
  /\ mapped' = IF mapped[gref] > 0 THEN [mapped EXCEPT ![gref] = @ - 1] ELSE mapped
  /\ UNCHANGED granted

GrantTypeOK ==
  /\ granted \in [Gref -> Page \union {NoPage}]
  /\ mapped \in [Gref -> Nat]

(* P4.  A page stays granted while the backend has it mapped: nobody else gets it before
   the backend has unmapped it.  Where pages are granted for life this is always true.
   Only models that grant a page for each request test it. *)
NoFreeWhileMapped == \A g \in Gref : mapped[g] > 0 => IsGranted(g)
=============================================================================
