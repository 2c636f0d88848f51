-- A merged client's ledger is closed: who settles or spends for him at that very moment writes nothing, looks again, and finds
-- the other one.
CREATE TRIGGER bonus_entries_not_of_merged BEFORE INSERT ON bonus_entries
WHEN (SELECT merged_into FROM users WHERE id = new.user_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'USER_ERASED: merged into another'); END;
