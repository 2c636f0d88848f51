-- By hand: drizzle-kit takes the commas of the expression for those between columns.
CREATE INDEX `contacts_by_phone_end` ON `user_contacts` (
  substr(phone_last10, 10, 1) || substr(phone_last10, 9, 1) || substr(phone_last10, 8, 1) || substr(phone_last10, 7, 1)
  || substr(phone_last10, 6, 1) || substr(phone_last10, 5, 1) || substr(phone_last10, 4, 1) || substr(phone_last10, 3, 1)
  || substr(phone_last10, 2, 1) || substr(phone_last10, 1, 1)
);
