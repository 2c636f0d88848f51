/** What two records of one person may have in common. */
export const SHARED = ['phone', 'email', 'card', 'name'] as const
