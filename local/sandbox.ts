import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { CHANNELS, type ChannelName } from '#worker/domain/carriers/channel.ts'
import { attemptRefOf, type MessageId, realmOfId, type TenantId } from '#worker/domain/ids.ts'
import { type SandboxCallback, sandboxScreen } from '#worker/vendors/sandbox.ts'
import { demoChannel, postCallback } from './callback.ts'
import { playPhone } from './demo/phone.ts'
import { deliverMail } from './mail.ts'
import { type Demo, demandDemo, program, Refusal } from './state.ts'

const USAGE = `Plays the outside world to the running gateway: a telephone, a person who writes, a carrier that reports.

npm run sandbox -- phone +989121234567                  prints what arrives at this number in test, codes too
npm run sandbox -- phone +989121234567 --reply STOP     or --press 1, --dial '*384*1#', --input 1, --hang-up, --button yes
npm run sandbox -- phone ali@example.com                or --channel chat sandbox:42, --channel push my-phone; --once prints and ends
npm run sandbox -- receive --from +989121234567 --to 10004346 --text 'سلام' [--part 1/2 [--ref <same for all parts>]]
npm run sandbox -- receive --channel chat --from sandbox:42 --text 'سلام'
npm run sandbox -- report <message id> <status> [--attempt 1] [--code recipient-unreachable] [--channel voice]
npm run sandbox -- dial '*384*1#' --from +989121234567 [--session s1 --turn 2 --input 1]
npm run sandbox -- mail --from ali@example.com --to hello@demo.example --subject 'سفارش' --text 'سلام'`

const OPTIONS = {
  channel: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  text: { type: 'string' },
  subject: { type: 'string', default: '' },
  part: { type: 'string' },
  ref: { type: 'string', default: '1' },
  attempt: { type: 'string', default: '1' },
  code: { type: 'string' },
  session: { type: 'string' },
  turn: { type: 'string', default: '1' },
  input: { type: 'string' },
  reply: { type: 'string' },
  press: { type: 'string' },
  button: { type: 'string' },
  dial: { type: 'string' },
  'hang-up': { type: 'boolean' },
  message: { type: 'string' },
  once: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const
type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']

function part(text: string, ref: string): { ref: string; number: number; total: number } {
  const [, number, total] = text.match(/^(\d{1,3})\/(\d{1,3})$/) ?? []
  if (!number || !total || Number(number) < 1 || Number(number) > Number(total))
    throw new Refusal('--part is <number>/<total>, such as 1/2.')
  return { ref, number: Number(number), total: Number(total) }
}

function receiveCallback(demo: Demo, channel: ChannelName, values: Values): SandboxCallback {
  const { from, to = demoChannel(demo, channel).sender, text } = values
  if (!from || text === undefined) throw new Refusal(USAGE)
  const message = { id: randomUUID(), from, to, text }
  return { at: Date.now(), inbound: [values.part ? { ...message, part: part(values.part, values.ref) } : message] }
}

function reportCallback(demo: Demo, [id, status]: readonly string[], values: Values): SandboxCallback {
  if (!id?.startsWith('msg_') || !status) throw new Refusal(USAGE)
  const receipt = {
    id: `sandbox-${id}`,
    ref: attemptRefOf(realmOfId(demo.tenantId as TenantId, id as MessageId), id as MessageId, Number(values.attempt)),
    status,
    ...(values.code ? { code: values.code } : {}),
  }
  return { at: Date.now(), receipts: [receipt as NonNullable<SandboxCallback['receipts']>[number]] }
}

/** Posts one step of a session and prints the screen that the person sees. */
async function dial(demo: Demo, code: string | undefined, values: Values): Promise<void> {
  const { from, session = randomUUID(), input } = values
  if (!from || !code) throw new Refusal(USAGE)
  const number = Number(values.turn)
  const turn = { session, event: number === 1 ? 'start' : 'input', from, to: code, number } as const
  const said = input === undefined ? turn : { ...turn, input }
  const response = await postCallback(demo, 'ussd', { at: Date.now(), turn: said })
  const { text, ends } = sandboxScreen.parse(await response.json())
  console.log(text)
  console.log(
    ends ? '\n(the session has ended)' : `\n(go on: --session ${session} --turn ${number + 1} --input <text>)`,
  )
}

async function mail(demo: Demo, { from, to = demoChannel(demo, 'email').sender, subject, text }: Values) {
  if (!from || text === undefined) throw new Refusal(USAGE)
  await deliverMail(demo.baseUrl, { from, to, subject, text })
  console.log('The gateway took the mail.')
}

function phone(demo: Demo, address: string | undefined, values: Values): Promise<void> {
  if (!address) throw new Refusal(USAGE)
  return playPhone(demo, address, values)
}

async function callBack(verb: string | undefined, args: readonly string[], values: Values, demo: Demo): Promise<void> {
  const channel = CHANNELS.find((name) => name === (values.channel ?? 'sms'))
  if (!channel || (verb !== 'receive' && verb !== 'report')) throw new Refusal(USAGE)
  const body = verb === 'receive' ? receiveCallback(demo, channel, values) : reportCallback(demo, args, values)
  const { status } = await postCallback(demo, channel, body)
  console.log(`The gateway took the callback (${status}).`)
}

await program(async () => {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: OPTIONS })
  if (values.help) return console.log(USAGE)
  const demo = demandDemo()
  const [verb, ...args] = positionals
  if (verb === 'dial') return dial(demo, args[0], values)
  if (verb === 'phone') return phone(demo, args[0], values)
  return verb === 'mail' ? mail(demo, values) : callBack(verb, args, values, demo)
})
