import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addChannel, reaches, startWorld, until, type World } from '../../worlds/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
  for (const [channel, address] of [
    ['voice', '10009001'],
    ['email', 'shop@example.com'],
    ['chat', 'sandbox:100'],
  ] as const)
    await addChannel(world, { channel, address })
})
afterAll(() => world.dispose())

interface Seen {
  readonly id: string
  readonly status: string
  readonly inReplyTo?: string
  readonly content: Record<string, unknown>
}
const upload = async (body: string, type: string): Promise<string> =>
  (await world.json<Seen>('/v1/media', { method: 'POST', body, headers: { 'content-type': type }, status: 201 })).id
const send = (channel: string, to: string, content: unknown) =>
  world.call('/v1/messages', { body: { channel, to, content } })
async function sent(channel: string, to: string, content: unknown): Promise<string> {
  const answer = await send(channel, to, content)
  const text = await answer.text()
  expect(answer.status, text).toBe(202)
  return (JSON.parse(text) as Seen).id
}
const refusal = async (answer: Response) => {
  const body = (await answer.json()) as { errors?: { pointer: string }[] }
  return [answer.status, body.errors?.map(({ pointer }) => pointer)]
}
const bytesOf = async (id: string): Promise<string> => (await world.call(`/v1/media/${id}/content`)).text()
const isInUse = async (id: string): Promise<boolean> =>
  (await world.call(`/v1/media/${id}`, { method: 'DELETE' })).status === 409

describe('a call', () => {
  test('plays an uploaded file, and nothing that is no audio', async () => {
    const audio = await upload('RIFF', 'audio/wav')
    const id = await sent('voice', '+989121110000', { play: { media: audio } })
    await reaches(world, id, 'delivered')
    expect(await isInUse(audio)).toBe(true)
    const text = await upload('hello', 'text/plain')
    const refused = await send('voice', '+989121110000', { play: { media: text } })
    expect(await refusal(refused)).toEqual([422, ['/content/play/media']])
    expect(await isInUse(text)).toBe(false)
  })

  test('that a person answers with a recording brings it as a file of the account', async () => {
    const id = await sent('voice', '+989121119923', { say: { text: 'speak after the tone' } })
    await reaches(world, id, 'delivered')
    const reply = await until('the recording', async () => {
      const { data } = await world.json<{ data: Seen[] }>('/v1/messages?direction=inbound&limit=100')
      return data.find(({ inReplyTo }) => inReplyTo === id)
    })
    const recording = reply.content['recording'] as { media: string; type: string; bytes: number }
    expect(recording).toMatchObject({ type: 'audio/wav' })
    expect(Buffer.byteLength(await bytesOf(recording.media), 'utf8')).toBeGreaterThan(0)
    expect(await world.json(`/v1/media/${recording.media}`)).toMatchObject({ bytes: recording.bytes })
    expect(await isInUse(recording.media)).toBe(true)
  })
})

describe('a mail', () => {
  test('with attachments, inline and uploaded, and a long text keeps them all as files', async () => {
    const uploaded = await upload('%PDF-1.7', 'application/pdf')
    const text = 'دراز '.repeat(5_000)
    const id = await sent('email', 'person@example.com', {
      subject: 'files',
      text,
      attachments: [{ media: uploaded }, { name: 'a.txt', type: 'text/plain', data: btoa('inline') }],
    })
    await reaches(world, id, 'delivered', 'submitted')
    const { content } = await world.json<{ content: { text: { media: string }; attachments: { media: string }[] } }>(
      `/v1/messages/${id}`,
    )
    const [first, second] = content.attachments
    expect(first?.media).toBe(uploaded)
    expect(await bytesOf(second?.media ?? '')).toBe('inline')
    expect(await bytesOf(content.text.media)).toBe(text)
    for (const file of [uploaded, second?.media ?? '', content.text.media]) expect(await isInUse(file)).toBe(true)
  })

  test('with a file that the account does not have names it', async () => {
    const content = { subject: 'x', text: 'x', attachments: [{ media: 'med_0' }] }
    const refused = await send('email', 'person@example.com', content)
    expect(await refusal(refused)).toEqual([422, ['/content/attachments/0/media']])
  })
})

test('a chat message uses its picture', async () => {
  const picture = await upload('GIF89a', 'image/gif')
  const id = await sent('chat', 'sandbox:1000', { text: 'look', media: { id: picture, kind: 'image' } })
  await reaches(world, id, 'delivered', 'submitted', 'read')
  expect(await isInUse(picture)).toBe(true)
})
