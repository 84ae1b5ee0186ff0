import type { Context } from 'hono'
import * as z from 'zod'
import { CHANNELS, channelNamed, under } from '#worker/domain/carriers/channel.ts'
import { pushNetworkOf } from '#worker/domain/device.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { modeOf } from '#worker/domain/realm.ts'
import { homeShard } from '#worker/domain/tenants/tenant.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { policyNow } from '#worker/flows/core/admission.ts'
import { byQuery } from '#worker/middleware/json-body.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { page, pageFields, pageOf, wholeListOf } from '#worker/routes/operation/page.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { PHONE_STATES, type Phone, type PlacedItem, placeName, placeNamed, readPhone } from '#worker/sandbox/phone.ts'
import { type Said, say } from '#worker/sandbox/say.ts'
import { targetsOfDevices } from '#worker/store/devices/targets.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'

const tag = 'Test telephone'
const PLACE = /^\d{13}-\d{1,12}$/

const named = {
  number: z
    .string()
    .min(1)
    .max(40)
    .optional()
    .meta({ description: 'The telephone, to which SMS, calls and USSD come.', examples: ['+989121234567'] }),
  channel: z.enum(CHANNELS).optional().describe('With `address`: its channel.'),
  address: z
    .string()
    .min(1)
    .max(2_000)
    .optional()
    .describe('Instead of `number`: an e-mail address, an account of a messenger, a device by its id or its token.'),
}

const item = z
  .object({
    id: z.string().describe('Its place on the telephone: `since` takes it.'),
    direction: z.enum(['outbound', 'inbound']).describe('`outbound` arrived; `inbound` is what the person said.'),
    channel: z.enum(CHANNELS),
    messageId: z.string().nullable().describe('The message that arrived, or that is answered; null: none, as in USSD.'),
    from: z.string(),
    to: z.string(),
    text: z
      .string()
      .describe(
        'The words: what an SMS or a screen says, what a call reads out (a code, the URL of a recording), keys. None of a call that was missed.',
      ),
    content: z
      .looseObject({})
      .nullable()
      .describe(
        'All of the message, as it was sent, codes included; null: it is too long, the call was missed, or the person said it.',
      ),
    state: z
      .enum(PHONE_STATES)
      .describe(
        '`delivered`, `read`, or a call that was `missed`; a USSD screen is `open` for input, or `closed`; `sent` by the person.',
      ),
    at: timestamp.describe('When it arrived, or was said.'),
  })
  .meta({ id: 'PhoneItem' })

const read = {
  method: 'GET',
  path: '/v1/sandbox/phone',
  summary: 'See what arrived at a test telephone',
  description:
    'For test credentials alone, and of their own account: what arrived by the sandbox carrier and what the person said there, newest first. It holds the last 200 items, each for 15 minutes. The codes of verifications are shown here and nowhere else.',
  tag,
  scope: 'messages:read',
  query: z.strictObject({
    ...named,
    since: z
      .string()
      .regex(PLACE)
      .optional()
      .describe('Only what came after the item with this id: of more than `limit`, those that came first.'),
    ...pageFields(20, 200, z.string().regex(PLACE)),
  }),
  responses: {
    200: { description: 'A page', schema: pageOf(item).meta({ id: 'PhonePage' }) },
    403: { description: 'The credential is live.' },
  },
} as const satisfies Operation

const words = z.string().min(1).max(1_600)
const body = z
  .strictObject({
    ...named,
    reply: words.optional().describe('Writes these words: an answer to the last message, or to `messageId`.'),
    press: z
      .string()
      .regex(/^[0-9*#]{1,64}$/)
      .optional()
      .describe('Presses keys in the last call.'),
    button: words.optional().describe('Presses the button of a notification or a messenger’s message with this reply.'),
    dial: z
      .string()
      .min(1)
      .max(40)
      .optional()
      .meta({ description: 'Dials a USSD code of the account.', examples: ['*100#'] }),
    input: z.string().min(1).max(182).optional().describe('Answers the screen of the session that is open.'),
    hangUp: z.literal(true).optional().describe('Ends that session.'),
    messageId: z.string().max(100).optional().describe('The message that is answered; default the last.'),
    to: z
      .string()
      .min(1)
      .max(320)
      .optional()
      .describe('With `reply`: writes to this sender of the account, in answer to nothing.'),
  })
  .meta({ id: 'PhoneAct' })

const act = {
  method: 'POST',
  path: '/v1/sandbox/phone',
  summary: 'Answer from a test telephone',
  description:
    'One of `reply`, `press`, `button`, `dial`, `input` and `hangUp`. What is said takes the way of all that the sandbox carrier brings: `STOP` opts out, a reply is a `message.received` of test.',
  tag,
  scope: 'messages:send',
  body,
  example: { number: '+989121234567', reply: 'STOP' },
  idempotent: true,
  responses: {
    200: {
      description: 'What then stands on the telephone, newest first: what was said, and the screen of a session',
      schema: wholeListOf(item).meta({ id: 'PhoneActed' }),
    },
    403: { description: 'The credential is live.' },
    409: { description: 'There is nothing to answer, or no session is open.' },
  },
} as const satisfies Operation

const itemJson = ({ place, way: _, ...shown }: PlacedItem) => ({
  id: placeName(place),
  ...shown,
  at: toTimestamp(place.at),
})

/** Token by which a device is known on the telephone; a text that is no device's id is the token itself. */
async function tokenOf(c: Context<AppEnv>, address: string): Promise<string> {
  if (pushNetworkOf(address) === null) return address
  const { realm, policy } = c.get('principal')
  const registry = { db: shardOfEnv(c.env, homeShard(policy)), keys: c.get('platform').keys, realm }
  const target = (await targetsOfDevices(registry, [address])).get(address)
  if (!target) throw invalidField('/address', 'is no device of the account')
  return target.network === 'webpush' ? target.endpoint : target.token
}

type Named = z.output<z.ZodObject<typeof named>>

/** The telephone that a call names. */
async function phoneOf(c: Context<AppEnv>, { number, channel, address }: Named): Promise<Phone> {
  const { realm, policy } = c.get('principal')
  if (modeOf(realm) !== 'test')
    throw new Problem('forbidden', { detail: 'Test telephones are there for test credentials alone.' })
  if ((number === undefined) === (address === undefined))
    throw invalidField('/number', number === undefined ? 'is needed, or `address`' : 'stands beside `address`')
  if ((channel === undefined) !== (address === undefined))
    throw invalidField('/channel', channel === undefined ? 'is needed with `address`' : 'goes with `address` alone')
  const { name, ...rules } = channelNamed(c.get('platform').channels, channel ?? 'sms')
  if (name === 'push') return { realm, channel: name, address: await tokenOf(c, address ?? '') }
  try {
    return { realm, channel: name, address: rules.address(number ?? address ?? '', policy.region).value }
  } catch (error) {
    throw under(error, number === undefined ? '/address' : '/number')
  }
}

/** The one act that a body asks for. */
function saidOf({ reply, press, button, dial, input, hangUp, messageId, to }: z.output<typeof body>): Said {
  const about = messageId === undefined ? {} : { messageId }
  const acts: readonly (Said | null)[] = [
    reply === undefined ? null : { does: 'reply', text: reply, ...about, ...(to === undefined ? {} : { to }) },
    press === undefined ? null : { does: 'press', text: press, ...about },
    button === undefined ? null : { does: 'button', text: button, ...about },
    dial === undefined ? null : { does: 'dial', code: dial },
    input === undefined ? null : { does: 'input', text: input },
    hangUp === undefined ? null : { does: 'hang-up' },
  ]
  const [said, second] = acts.filter((one) => one !== null)
  if (!said || second)
    throw invalidField('', 'must have exactly one of `reply`, `press`, `button`, `dial`, `input` and `hangUp`')
  return said
}

/** `/v1/sandbox/phone`: what arrives in test, and answers to it. */
export const phone: Resource = {
  operations: [read, act],
  mount(app) {
    serve(app, read, async (c, { query: { since, cursor, limit, ...asked } }) => {
      const phone = await byQuery(phoneOf(c, asked))
      const before = cursor === undefined ? null : placeNamed(cursor)
      const from = since === undefined ? null : placeNamed(since)
      const isPoll = from !== null && before === null
      const found = await readPhone(c.get('platform'), phone, { since: from, before, limit: limit + (isPoll ? 0 : 1) })
      const { rows, last } = page(found, limit)
      return c.json({ data: rows.map(itemJson), nextCursor: last && placeName(last.place) })
    })
    serve(app, act, async (c, { body: asked }) => {
      const phone = await phoneOf(c, asked)
      const platform = c.get('platform')
      const { tenantId, policy } = c.get('principal')
      // Knows a line that was assigned a moment ago.
      const newest = (await policyNow(platform, tenantId)) ?? policy
      const data = await say(platform, newest, phone, saidOf(asked))
      return c.json({ data: data.map(itemJson), nextCursor: null })
    })
  },
}
