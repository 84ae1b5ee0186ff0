interface FloorEnv {
  readonly QUEUE: Queue<unknown>
}

/** What the subject queued for one request: told once by PUT, so that the floor queues the same bytes. */
let envelopes: readonly MessageSendRequest[] = []

/** The least that makes a batch durable: parse, queue, answer 202. */
export default {
  async fetch(request: Request, env: FloorEnv): Promise<Response> {
    const body: unknown = await request.json()
    if (request.method === 'PUT')
      envelopes = (body as string[]).map((each) => ({
        body: Uint8Array.from(atob(each), (digit) => digit.charCodeAt(0)),
        contentType: 'bytes',
      }))
    else await env.QUEUE.sendBatch(envelopes)
    return Response.json({ status: 'accepted' }, { status: 202 })
  },
  queue(): void {},
}
