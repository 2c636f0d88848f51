-- The ledger stays append-only, with one exception: the free text of a reason goes when its client asks to be forgotten.
DROP TRIGGER bonus_entries_no_update;
--> statement-breakpoint
CREATE TRIGGER bonus_entries_no_update BEFORE UPDATE ON bonus_entries
WHEN new.reason IS NOT NULL
  OR (SELECT erased_at FROM users WHERE id = old.user_id) IS NULL
  OR (old.id, old.user_id, old.booking_id, old.kind, old.points, old.balance_after_points, old.idempotency_key,
      old.fingerprint, old.price_kopecks, old.base_kopecks, old.level_code, old.percent_basis_points, old.actor, old.created_at)
    IS NOT (new.id, new.user_id, new.booking_id, new.kind, new.points, new.balance_after_points, new.idempotency_key,
      new.fingerprint, new.price_kopecks, new.base_kopecks, new.level_code, new.percent_basis_points, new.actor, new.created_at)
BEGIN SELECT RAISE(ABORT, 'LEDGER_IS_APPEND_ONLY'); END;
--> statement-breakpoint
-- A request that was under way when its client was erased must not write anything personal afterwards.
CREATE TRIGGER user_contacts_not_of_erased BEFORE INSERT ON user_contacts
WHEN (SELECT erased_at FROM users WHERE id = new.user_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'USER_ERASED'); END;
--> statement-breakpoint
CREATE TRIGGER sessions_not_of_erased BEFORE INSERT ON sessions
WHEN (SELECT erased_at FROM users WHERE id = new.user_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'USER_ERASED'); END;
--> statement-breakpoint
CREATE TRIGGER users_stay_erased BEFORE UPDATE OF name, surname, search_name, unique_code, erased_at ON users
WHEN old.erased_at IS NOT NULL
  AND (new.name <> '' OR new.surname <> '' OR new.search_name <> '' OR new.unique_code IS NOT NULL OR new.erased_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'USER_ERASED'); END;
--> statement-breakpoint
-- The proof of consent is only ever added to.
CREATE TRIGGER consents_no_update BEFORE UPDATE ON consents
BEGIN SELECT RAISE(ABORT, 'CONSENTS_ARE_APPEND_ONLY'); END;
--> statement-breakpoint
CREATE TRIGGER consents_no_delete BEFORE DELETE ON consents
BEGIN SELECT RAISE(ABORT, 'CONSENTS_ARE_APPEND_ONLY'); END;
