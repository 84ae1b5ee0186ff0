/**
 * A whole receiver for Node, as docs/webhooks.md has it too: it answers the challenge, and takes what is signed by the secret
 * and not older than five minutes. The challenge is told apart by how its body begins, which no event's does. Of a body it keeps
 * a million bytes, many times what a POST has.
 */
export const RECEIVER = String.raw`import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'

const key = Buffer.from((process.env.WEBHOOK_SECRET ?? '').replace('whsec_', ''), 'base64')
const isSigned = ({ 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': given = '' }, body) => {
  const hash = createHmac('sha256', key).update(id + '.' + at + '.' + body).digest('base64')
  const isRight = (one) => one.length === 47 && timingSafeEqual(Buffer.from(one, 'latin1'), Buffer.from('v1,' + hash))
  return key.length > 0 && Math.abs(Date.now() / 1000 - at) < 300 && given.split(' ').some(isRight)
}
const answer = async (request, response) => {
  const parts = []
  let bytes = 0
  for await (const part of request) if ((bytes += part.length) <= 1_000_000) parts.push(part)
  if (bytes > 1_000_000) return response.writeHead(413).end()
  const body = Buffer.concat(parts).toString()
  const [, challenge] = /^\{"type":"webhook\.challenge".*"challenge":"([^"]+)"/.exec(body) ?? []
  if (challenge) return response.writeHead(200, { 'content-type': 'text/plain' }).end(challenge)
  if (!isSigned(request.headers, body)) return response.writeHead(401).end()
  response.writeHead(204).end()
  console.log(JSON.parse(body))
}
createServer((...pair) => answer(...pair).catch(console.error)).listen(process.env.PORT ?? 9000, '127.0.0.1')`
