/** A random id: of a request, or of an event that came without one. */
export const newId = (): string => crypto.randomUUID()
