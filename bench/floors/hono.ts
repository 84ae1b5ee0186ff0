import { Hono } from 'hono'

/** The least that a JSON API on Hono does: parse, answer 202. */
const app = new Hono()
app.post('/v1/messages', async (c) => {
  const message = await c.req.json<{ to: string }>()
  return c.json({ status: 'accepted', to: message.to }, 202)
})
export default app
