import { sql } from 'drizzle-orm'

/**
 * A visit of which a person has to say whose it is: it fits two clients, or names a code that nobody has. That somebody is simply
 * not in the app is no trouble. Word for word the condition of the index `undecided_bookings`.
 */
export const undecided = sql`user_id is null and (client_match = 'ambiguous' or (client_match = 'none' and client_code is not null))`
