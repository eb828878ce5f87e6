-- Works with programs that know migration 0023.
-- Staff find operations in an adopted system by their codes (decision 72). Such operations are parts, and have a
-- patron of their own.
create index operation_parts_by_code on operations (code) where is_part = 1 and about_patron is not null;
