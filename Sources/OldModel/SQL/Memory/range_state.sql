-- The number of rows of a range, without those set aside (M4), with the state of the source in one snapshot.
select r.rows, s.seen, s.next, s.life, s.shape
from (
  :range_size
) r, (
  :source_state
) s
