CREATE TABLE `payments` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`booking_id` integer NOT NULL,
	`provider` text NOT NULL,
	`status` text NOT NULL,
	`cancel_reason` text,
	`price_kopecks` integer NOT NULL,
	`amount_kopecks` integer NOT NULL,
	`bonus_points` integer NOT NULL,
	`reservation_entry_id` integer,
	`bonus_state` text NOT NULL,
	`provider_payment_id` text,
	`confirmation_url` text,
	`return_url` text NOT NULL,
	`expires_at` integer,
	`captured_kopecks` integer DEFAULT 0 NOT NULL,
	`captured_at` integer,
	`outcome` text,
	`exception` text,
	`exception_at` integer,
	`exception_closed_at` integer,
	`full_refund_hours` integer NOT NULL,
	`partial_refund_hours` integer NOT NULL,
	`partial_refund_basis_points` integer NOT NULL,
	`items` text NOT NULL,
	`read_at` integer DEFAULT 0 NOT NULL,
	`next_at` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`idempotency_key` text NOT NULL,
	`fingerprint` text NOT NULL,
	`provider_key` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payment_provider" CHECK("payments"."provider" in ('none', 'yookassa', 'stripe')),
	CONSTRAINT "payment_status" CHECK("payments"."status" in ('creating', 'pending', 'succeeded', 'cancelled')),
	CONSTRAINT "payment_bonus_state" CHECK("payments"."bonus_state" in ('none', 'reserved', 'captured', 'released')),
	CONSTRAINT "payment_outcome" CHECK("payments"."outcome" is null or ("payments"."outcome" in ('confirmed', 'returned') and "payments"."status" = 'succeeded')),
	CONSTRAINT "payment_adds_up" CHECK("payments"."amount_kopecks" >= 0 and "payments"."bonus_points" >= 0 and "payments"."amount_kopecks" + "payments"."bonus_points" * 100 = "payments"."price_kopecks"),
	CONSTRAINT "payment_captured" CHECK("payments"."captured_kopecks" >= 0 and ("payments"."captured_kopecks" = 0 or "payments"."status" = 'succeeded')),
	CONSTRAINT "payment_cancelled_says_why" CHECK("payments"."status" <> 'cancelled' or "payments"."cancel_reason" is not null),
	CONSTRAINT "payment_items" CHECK(json_type("payments"."items") = 'array')
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `one_payment_of_booking` ON `payments` (`booking_id`) WHERE status <> 'cancelled';--> statement-breakpoint
CREATE UNIQUE INDEX `one_payment_per_provider_id` ON `payments` (`provider`,`provider_payment_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `one_payment_per_key` ON `payments` (`idempotency_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `one_payment_per_provider_key` ON `payments` (`provider_key`);--> statement-breakpoint
CREATE INDEX `payments_of_booking` ON `payments` (`booking_id`);--> statement-breakpoint
CREATE INDEX `payments_to_advance` ON `payments` (`next_at`) WHERE next_at is not null;--> statement-breakpoint
CREATE INDEX `payments_by_time` ON `payments` (`created_at`);--> statement-breakpoint
CREATE INDEX `payment_exceptions` ON `payments` (`exception_at`) WHERE exception is not null and exception_closed_at is null;--> statement-breakpoint
CREATE TABLE `receipts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`payment_id` integer NOT NULL,
	`amount_kopecks` integer NOT NULL,
	`status` text NOT NULL,
	`due_at` integer NOT NULL,
	`provider_receipt_id` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`last_error` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`payment_id`) REFERENCES `payments`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "receipt_status" CHECK("receipts"."status" in ('owed', 'pending', 'registered')),
	CONSTRAINT "receipt_amount" CHECK("receipts"."amount_kopecks" > 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `one_receipt_of_payment` ON `receipts` (`payment_id`);--> statement-breakpoint
CREATE INDEX `receipts_owed` ON `receipts` (`due_at`) WHERE status <> 'registered';--> statement-breakpoint
CREATE TABLE `refunds` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`payment_id` integer NOT NULL,
	`amount_kopecks` integer NOT NULL,
	`bonus_points` integer NOT NULL,
	`status` text NOT NULL,
	`cause` text NOT NULL,
	`reason` text,
	`actor` text NOT NULL,
	`provider_refund_id` text,
	`fail_reason` text,
	`bonuses_given_at` integer,
	`read_at` integer DEFAULT 0 NOT NULL,
	`idempotency_key` text NOT NULL,
	`fingerprint` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`payment_id`) REFERENCES `payments`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "refund_status" CHECK("refunds"."status" in ('creating', 'pending', 'succeeded', 'failed')),
	CONSTRAINT "refund_cause" CHECK("refunds"."cause" in ('cancelled_visit', 'exception', 'administrator')),
	CONSTRAINT "refund_sums" CHECK("refunds"."amount_kopecks" >= 0 and "refunds"."bonus_points" >= 0 and "refunds"."amount_kopecks" + "refunds"."bonus_points" > 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `one_refund_per_key` ON `refunds` (`idempotency_key`);--> statement-breakpoint
CREATE INDEX `refunds_of_payment` ON `refunds` (`payment_id`);--> statement-breakpoint
CREATE INDEX `refunds_by_time` ON `refunds` (`created_at`);--> statement-breakpoint
ALTER TABLE `services` ADD `full_refund_hours` integer DEFAULT 24 NOT NULL CHECK (full_refund_hours between 0 and 8760);--> statement-breakpoint
ALTER TABLE `services` ADD `partial_refund_hours` integer DEFAULT 3 NOT NULL CHECK (partial_refund_hours between 0 and 8760);--> statement-breakpoint
ALTER TABLE `services` ADD `partial_refund_basis_points` integer DEFAULT 5000 NOT NULL CHECK (partial_refund_basis_points between 0 and 10000);
--> statement-breakpoint
-- What a provider has said at last stays said.
CREATE TRIGGER payments_forward_only BEFORE UPDATE OF status ON payments
WHEN old.status IN ('succeeded', 'cancelled') AND new.status <> old.status
BEGIN SELECT RAISE(ABORT, 'PAYMENT_IS_FINAL'); END;
--> statement-breakpoint
CREATE TRIGGER payments_captured_once BEFORE UPDATE OF captured_kopecks, outcome ON payments
WHEN (old.status = 'succeeded' AND new.captured_kopecks <> old.captured_kopecks)
  OR (old.outcome IS NOT NULL AND new.outcome IS NOT old.outcome)
BEGIN SELECT RAISE(ABORT, 'PAYMENT_IS_DECIDED'); END;
--> statement-breakpoint
CREATE TRIGGER refunds_forward_only BEFORE UPDATE OF status, amount_kopecks, bonus_points ON refunds
WHEN (old.amount_kopecks, old.bonus_points) IS NOT (new.amount_kopecks, new.bonus_points)
  OR (old.status IN ('succeeded', 'failed') AND new.status <> old.status)
BEGIN SELECT RAISE(ABORT, 'REFUND_IS_FINAL'); END;
--> statement-breakpoint
-- No more goes back than came, however many ask at once.
CREATE TRIGGER refunds_within_payment BEFORE INSERT ON refunds
WHEN NOT EXISTS (SELECT 1 FROM payments p WHERE p.id = new.payment_id AND p.status = 'succeeded'
  AND (SELECT coalesce(sum(amount_kopecks), 0) FROM refunds WHERE payment_id = p.id AND status <> 'failed')
    + new.amount_kopecks <= p.captured_kopecks
  AND (SELECT coalesce(sum(bonus_points), 0) FROM refunds WHERE payment_id = p.id AND status <> 'failed')
    + new.bonus_points <= p.bonus_points)
BEGIN SELECT RAISE(ABORT, 'REFUND_EXCEEDS_PAYMENT'); END;
--> statement-breakpoint
-- What happens to a visit concerns its money, whoever makes it happen.
CREATE TRIGGER payment_due_with_booking AFTER UPDATE OF status ON bookings
WHEN old.status <> new.status
BEGIN
  UPDATE payments SET next_at = 0 WHERE booking_id = new.id AND status <> 'cancelled';
END;
