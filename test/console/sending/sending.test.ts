import { expect, test } from 'vitest'
import type { Api } from '../../../console/src/api/client.ts'
import { contentOf, EMPTY, sharedOf } from '../../../console/src/pages/compose/draft.ts'
import { chunkOf, NOTHING, type Outcome, type Run, sendRest } from '../../../console/src/pages/compose/sending.ts'

interface Call {
  readonly key: string
  readonly messages: readonly { readonly to: string; readonly content?: { readonly text: string } }[]
  readonly shared: Record<string, unknown>
  readonly isCompressed: boolean
}

const textOf = (bytes: Blob | string): Promise<string> =>
  typeof bytes === 'string'
    ? Promise.resolve(bytes)
    : new Response(bytes.stream().pipeThrough(new DecompressionStream('gzip'))).text()

/** An API that takes batches, refuses the third message of each, and does not answer the calls that are named by their turn. */
function apiThat(fails: readonly number[]): { readonly api: Api; readonly calls: Call[] } {
  const calls: Call[] = []
  const POST = async (_path: string, init: Record<string, unknown>) => {
    const { params, headers, bodySerializer } = init as {
      params: { header: { 'Idempotency-Key': string } }
      headers: Record<string, string>
      bodySerializer: () => Blob | string
    }
    const { messages, ...shared } = JSON.parse(await textOf(bodySerializer())) as Call['shared'] &
      Pick<Call, 'messages'>
    const key = params.header['Idempotency-Key']
    calls.push({ key, messages, shared, isCompressed: headers['content-encoding'] === 'gzip' })
    if (fails.includes(calls.length)) throw new TypeError('the network is away')
    const rejected = [{ index: 2, code: 'invalid-fields', errors: [{ pointer: '/to', detail: 'is no number' }] }]
    const acceptedCount = messages.length - rejected.length
    const data = { id: `bat_${calls.length}`, acceptedCount, units: 2 * acceptedCount, rejected }
    return { data, response: new Response(null, { status: 202 }) }
  }
  return { api: { POST } as unknown as Api, calls }
}

const runOf = (count: number, text: string): Run => ({
  key: 'run',
  shared: sharedOf({ ...EMPTY, reference: 'r1' }, 0),
  content: contentOf({ ...EMPTY, text }),
  isFilled: text.includes('{{'),
  recipients: Array.from({ length: count }, (_, at) => ({ row: at + 2, to: `+98912${at}`, values: { n: `N${at}` } })),
})

test('a send of more than 10,000 goes in several batches, and goes on where it broke, by the same keys', async () => {
  const { api, calls } = apiThat([2])
  const run = runOf(25_000, 'hi')
  let outcome: Outcome = NOTHING
  const onOutcome = (next: Outcome): void => {
    outcome = next
  }
  await expect(sendRest(api, run, { outcome, onOutcome })).rejects.toThrow()
  expect(outcome).toMatchObject({ sent: 10_000, batches: ['bat_1'] })
  await sendRest(api, run, { outcome, onOutcome })
  expect(calls.map(({ key, messages }) => [key, messages.length])).toEqual([
    ['"run-0"', 10_000],
    ['"run-10000"', 10_000],
    ['"run-10000"', 10_000],
    ['"run-20000"', 5_000],
  ])
  expect(calls[1]).toEqual(calls[2])
  expect(calls[0]?.isCompressed).toBe(true)
  expect(calls[0]?.shared).toEqual({ channel: 'sms', clientRef: 'r1', content: { text: 'hi' } })
  expect(outcome).toMatchObject({ sent: 25_000, accepted: 24_997, units: 49_994 })
  expect(outcome.refused.map(({ row }) => row)).toEqual([4, 10_004, 20_004])
})

test('where columns fill the text, each message has its own, and no shared one', async () => {
  const { api, calls } = apiThat([])
  await sendRest(api, runOf(3, 'hi {{n}}'), { outcome: NOTHING, onOutcome: () => {} })
  expect(calls[0]?.shared).not.toHaveProperty('content')
  expect(calls[0]?.messages.map(({ content }) => content?.text)).toEqual(['hi N0', 'hi N1', 'hi N2'])
})

test('long texts make smaller calls, and one that is longer than a call goes alone', () => {
  const run = runOf(40, `{{n}} ${'x'.repeat(400_000)}`)
  expect(chunkOf(run, 0).length).toBe(9)
  expect(chunkOf(run, 36).length).toBe(4)
  expect(chunkOf(runOf(2, `{{n}} ${'x'.repeat(5_000_000)}`), 0).length).toBe(1)
})

test.each([
  [{ channel: 'sms', text: 'hi' }, { text: 'hi' }],
  [{ channel: 'ussd', text: 'hi' }, { text: 'hi' }],
  [
    { channel: 'voice', text: 'hi', keys: '1', retries: '2' },
    { say: { text: 'hi', repeat: 1 }, gather: { digits: 1 }, retry: { times: 2 } },
  ],
  [
    { channel: 'voice', text: 'hi', repeat: '۲', keys: '۱', retries: '٣' },
    { say: { text: 'hi', repeat: 2 }, gather: { digits: 1 }, retry: { times: 3 } },
  ],
  [{ channel: 'voice', voice: 'digits', text: '123' }, { digits: { code: '123', repeat: 1 } }],
  [{ channel: 'voice', voice: 'play', url: 'https://a/b.mp3' }, { play: { url: 'https://a/b.mp3', repeat: 1 } }],
  [
    { channel: 'email', subject: 's', text: 't', html: ' ' },
    { subject: 's', text: 't' },
  ],
  [
    { channel: 'push', title: 'T', text: 'b', buttons: 'Yes = y\nNo' },
    {
      title: 'T',
      body: 'b',
      actions: [
        { title: 'Yes', action: 'y' },
        { title: 'No', action: 'No' },
      ],
    },
  ],
  [
    { channel: 'chat', text: 'hi', buttons: 'Page = https://a/?q=1=2\n\nYes=y' },
    { text: 'hi', buttons: [[{ label: 'Page', url: 'https://a/?q=1=2' }], [{ label: 'Yes', reply: 'y' }]] },
  ],
] as const)('the content of %j', (draft, content) => {
  expect(contentOf({ ...EMPTY, ...draft })).toEqual(content)
})

test('hours that are typed in Persian digits count; what is no number is left to the API’s own', () => {
  const until = (hours: string) => sharedOf({ ...EMPTY, hours }, 0)['validUntil']
  expect(until('۲۴')).toBe('1970-01-02T00:00:00.000Z')
  expect(until('1.5')).toBe('1970-01-01T01:30:00.000Z')
  expect([until(''), until('soon'), until('-3'), until('99999999999999')]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})
