-- Every planned job with its mark, of one engine ($1) or, with null, of all.
select p.job, p.generation, p.lo, p.hi, p.expected_rows, p.expected_bytes,
  m.job is not null as has_mark, m.generation as mark_generation, m.lo as mark_lo,
  m.hi as mark_hi, m.rows as mark_rows, m.fingerprint as mark_fingerprint
from orchestrator.plan p
left join orchestrator.mark m on m.job = p.job
where $1::text is null or p.engine = $1
