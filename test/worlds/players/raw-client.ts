import { type ClientRequest, type RequestOptions, request } from 'node:http'

/** A request under way, which its client writes as it likes. */
export interface Upload {
  readonly request: ClientRequest
  /** Status, headers and text of the answer; rejects if the connection ends without one. */
  readonly answer: Promise<{ readonly status: number; readonly headers: Headers; readonly text: string }>
}

/** Begins a POST whose body the caller writes: in chunks of no announced length unless a length is among the headers. */
export function upload(url: string, headers: NonNullable<RequestOptions['headers']>): Upload {
  const sent = request(url, { method: 'POST', headers, agent: false })
  const answer = new Promise<Awaited<Upload['answer']>>((resolve, reject) => {
    sent.on('error', reject)
    sent.on('response', (got) => {
      let text = ''
      got.setEncoding('utf8')
      got.on('data', (part) => {
        text += part
      })
      got.on('error', reject)
      got.on('end', () =>
        resolve({ status: got.statusCode ?? 0, headers: new Headers(got.headers as Record<string, string>), text }),
      )
    })
  })
  // Whoever does not look at the answer hung up.
  answer.catch(() => undefined)
  return { request: sent, answer }
}
