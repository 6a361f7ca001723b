create table {{schema}}.users (
  id uuid default {{nonsense}}
);
