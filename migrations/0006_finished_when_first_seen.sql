-- A record of YClients may be finished when it is first seen, and whoever listens to events has to learn that, too.
DROP TRIGGER booking_event_on_insert;
--> statement-breakpoint
CREATE TRIGGER booking_event_on_insert AFTER INSERT ON bookings
BEGIN
  INSERT INTO booking_events (booking_id, kind, revision, at) VALUES (new.id,
    CASE WHEN new.status = 'cancelled' THEN 'cancelled' WHEN new.hold_expires_at IS NOT NULL THEN 'held' ELSE 'created' END,
    new.revision, new.updated_at);
  INSERT INTO booking_events (booking_id, kind, revision, at)
    SELECT new.id, new.status, new.revision, new.updated_at WHERE new.status IN ('completed', 'no_show');
END;
