// Sends a batch: node examples/send-lines.mjs messages.ndjson. The first line of the file is what the messages share, then a
// message a line:
//   {"channel":"sms"}
//   {"to":"+989121234567","content":{"text":"سلام"}}
// It asks for the gateway's origin in BASE and for an access token in TOKEN.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'

const TRIES = 10
const body = gzipSync(readFileSync(process.argv[2] ?? 'messages.ndjson'))
const headers = {
  authorization: `Bearer ${process.env.TOKEN}`,
  'content-type': 'application/x-ndjson',
  'content-encoding': 'gzip',
  // The same key for every try: whatever became of the one before, nothing is sent twice.
  'idempotency-key': `"${randomUUID()}"`,
}

/** Sends until the gateway has said yes or no: 429, 503 and a 409 say when to come again. */
async function send() {
  for (let n = 1; ; n++) {
    const answer = await fetch(new URL('/v1/messages/batch', process.env.BASE), {
      method: 'POST',
      headers,
      body,
    }).catch(() => null)
    if (answer && !answer.headers.has('retry-after') && answer.status < 500) return answer
    if (n === TRIES) throw new Error(`no answer after ${TRIES} tries, the last: ${answer?.status ?? 'no connection'}`)
    await sleep(1_000 * Number(answer?.headers.get('retry-after') ?? n))
  }
}

const answer = await send()
const result = await answer.json()
console.log(answer.status, result.id ?? [result.title, result.detail].filter(Boolean).join(': '))
for (const { index, code, errors } of result.rejected ?? []) console.log(`message ${index}: ${code}`, errors)
for (const { pointer, detail } of result.errors ?? []) console.log(pointer, detail)
if (!answer.ok) process.exitCode = 1
