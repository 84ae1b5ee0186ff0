import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import type { SandboxCallback } from '../worker/vendors/sandbox.ts'
import { type Demo, demandDemo, program, Refusal } from './state.ts'

const USAGE = `Posts a callback of the sandbox carrier to the running gateway.

npm run sandbox -- receive --from +989121234567 --to 10004346 --text 'سلام' [--part 1/2 [--ref <same for all parts>]]
npm run sandbox -- report <message id> <status> [--attempt 1] [--code recipient-unreachable]`

function part(text: string, ref: string): { ref: string; number: number; total: number } {
  const [, number, total] = text.match(/^(\d{1,3})\/(\d{1,3})$/) ?? []
  if (!number || !total || Number(number) < 1 || Number(number) > Number(total))
    throw new Refusal('--part is <number>/<total>, such as 1/2.')
  return { ref, number: Number(number), total: Number(total) }
}

interface Values {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly text?: string | undefined
  readonly part?: string | undefined
  readonly ref: string
  readonly attempt: string
  readonly code?: string | undefined
}

function callbackOf(verb: string | undefined, args: readonly string[], values: Values, demo: Demo): SandboxCallback {
  const at = Date.now()
  if (verb === 'receive') {
    const { from, to = demo.line, text } = values
    if (!from || text === undefined) throw new Refusal(USAGE)
    const message = { id: randomUUID(), from, to, text }
    return { at, inbound: [values.part ? { ...message, part: part(values.part, values.ref) } : message] }
  }
  const [id, status] = args
  if (verb !== 'report' || !id || !status) throw new Refusal(USAGE)
  const receipt = {
    id: `sandbox-${id}`,
    ref: `${id}.${values.attempt}`,
    status,
    ...(values.code ? { code: values.code } : {}),
  }
  return { at, receipts: [receipt as NonNullable<SandboxCallback['receipts']>[number]] }
}

await program(async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      text: { type: 'string' },
      part: { type: 'string' },
      ref: { type: 'string', default: '1' },
      attempt: { type: 'string', default: '1' },
      code: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(USAGE)
  const demo = demandDemo()
  const [verb, ...args] = positionals
  const body = JSON.stringify(callbackOf(verb, args, values, demo))
  const url = `${demo.baseUrl}/callbacks/sms/sandbox/${demo.connectionId}/${demo.callbackSecret}`
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body }).catch(() => null)
  if (!response) throw new Refusal(`Nothing answers at ${demo.baseUrl}: run \`npm start\` first, in another terminal.`)
  if (!response.ok) throw new Refusal(`The gateway refused the callback: ${response.status}.`)
  console.log(`The gateway took the callback (${response.status}).`)
})
