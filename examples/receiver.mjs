// A webhook receiver: node examples/receiver.mjs [port]. It asks for the endpoint's secret in the variable WEBHOOK_SECRET.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'

const port = Number(process.argv[2] ?? 9000)
const secret = process.env.WEBHOOK_SECRET
/** Seconds by which the sender's clock may differ: an older POST may be a recorded one. */
const TOLERANCE = 300

/** Does one of the signatures hold (https://www.standardwebhooks.com)? While a secret rotates there are two. */
function isSigned(headers, body) {
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signatures = '' } = headers
  if (!secret || !(Math.abs(Date.now() / 1000 - Number(at)) <= TOLERANCE)) return false
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const right = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest()
  return signatures.split(' ').some((signature) => {
    const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64')
    return signature.startsWith('v1,') && given.length === right.length && timingSafeEqual(given, right)
  })
}

createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks).toString('utf8')
  try {
    const { type, data } = JSON.parse(body)
    // The challenge comes before the answer that tells the secret, so it is answered unverified: it tells nothing.
    if (type === 'webhook.challenge') return response.end(JSON.stringify({ challenge: data.challenge }))
    if (!isSigned(request.headers, body)) return response.writeHead(401).end()
    // Keep the id (of a batch: of each event) and drop what comes again.
    const events = type === 'batch' ? data.events : [{ id: request.headers['webhook-id'], type, data }]
    for (const event of events) console.log(event.id, event.type, JSON.stringify(event.data))
    return response.writeHead(204).end()
  } catch {
    return response.writeHead(400).end()
  }
}).listen(port, '127.0.0.1', () => console.log(`listening at http://127.0.0.1:${port}`))
