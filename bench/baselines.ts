// The two yardsticks of every requests-per-second figure: a Worker that does nothing, and one that does only what cannot be
// avoided. Plain JavaScript in text, because Miniflare runs exactly what stands here.

export const EMPTY = `export default { fetch: () => new Response(null, { status: 204 }) }`

export const ONE_SEND = `export default {
  async fetch(request, env) {
    await env.EVENTS.send(await request.text())
    return new Response(null, { status: 202 })
  }
}`

/** The same rows as \`GET /booking?upcoming_only=true\`, as they are. */
export const oneSelect = (userId: number, limit: number) => `export default {
  async fetch(request, env) {
    const { results } = await env.DB.prepare(
      "select * from bookings where user_id = ? and starts_at >= ? order by starts_at, id limit ?"
    ).bind(${userId}, Date.now(), ${limit}).all()
    return Response.json(results)
  }
}`
