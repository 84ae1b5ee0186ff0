interface FloorEnv {
  readonly QUEUE: Queue<unknown>
}

/** The least that makes one message durable: parse, queue, answer 202. */
export default {
  async fetch(request: Request, env: FloorEnv): Promise<Response> {
    await env.QUEUE.send(await request.json())
    return Response.json({ status: 'accepted' }, { status: 202 })
  },
  queue(): void {},
}
