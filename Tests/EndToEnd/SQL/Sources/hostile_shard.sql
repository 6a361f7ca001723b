-- Everything at once that has bitten or will, in rows that the rules allow.
-- charlie is left with one memory, bravo with none.
delete from me_charlie00003.memory where id <> (select min(id::text)::uuid from me_charlie00003.memory);
delete from me_bravobravo02.memory;

with numbered as (
  select id, row_number() over (order by id) as n from me_alphaalpha01.memory
)
update me_alphaalpha01.memory m
set
  content = case n
    when 1 then ''
    when 2 then repeat('ten megabytes of the same few words ', 291271)
    when 3 then E'\u0001\t\r\n''"\\ %s {{slug}} \u00e9 e\u0301 \u05d0 \u2028 \U0001f600 \U0002f800 \U000e0001 \U0010fffd'
    else content end,
  meta = case n
    when 4 then jsonb_build_object('large', repeat('m', 1000000), '{{', '%', '"', E'\\')
    else meta end,
  tree = case n
    when 5 then (select string_agg('d' || i, '.' order by i)::ltree from generate_series(1, 100) i)
    when 6 then 'café.übung.日本語'::ltree
    else tree end,
  temporal = case n
    when 7 then '[2001-01-01,2001-01-01]'::tstzrange
    when 8 then '[4713-01-01 BC,infinity)'::tstzrange
    else temporal end,
  created_at = case n
    when 9 then 'infinity' when 10 then '-infinity' when 11 then '1969-12-31 23:59:59.999999+00'
    when 12 then '4713-11-24 00:00:00.000001+00 BC' else created_at end,
  updated_at = case n when 13 then 'infinity' else updated_at end,
  embedding = case n when 14 then null else embedding end
from numbered
where m.id = numbered.id and n <= 14;

insert into me_charlie00003."user" (id, name, can_login) values
  ('019b0000-0000-7000-8000-0000000000cf', E'it''s a "role" \\ % {{x}}\nof two lines', false);
