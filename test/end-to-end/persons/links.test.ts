import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { optOutsLeft, until } from '../../worlds/world.ts'
import { type PersonWorld, startPersonWorld } from './carriers.ts'
import { type Shown, talkIn } from './talk.ts'

let world: PersonWorld
const { send, heardWith, optOutsOf, stopped, optOut, lift } = talkIn(() => world)
// Opt-outs and links are in the first shard, messages in the last: look-ups must not mix them up.
beforeAll(async () => {
  world = await startPersonWorld({ shards: [0, 1] })
})
afterAll(() => world.dispose())

const byId = (id: string) => ({ from: undefined, from_user_id: id })

describe('what only the network knows', () => {
  const ID = 'MX.13491208655302741918'

  test('its answer to a send names another number: a STOP from there holds', async () => {
    world.book.set('447700900123', '447700900999')
    const first = await send('whatsapp', 'whatsapp:+447700900123')
    await world.hear('whatsapp', '447700900999', 'بله از آنجا')
    expect((await heardWith('بله از آنجا')).inReplyTo).toBe(first.id)
    await world.hear('whatsapp', '447700900999', 'STOP')
    await stopped('whatsapp', 'whatsapp:+447700900123')
    expect((await send('whatsapp', 'whatsapp:+447700900123')).status).toBe('suppressed')
    expect((await send('whatsapp', 'whatsapp:+447700900999')).status).toBe('suppressed')
  })

  test('a STOP that names a number and an id is of both, and each is told', async () => {
    await world.hear('whatsapp', '447700900200', 'STOP', { from_user_id: 'GB.2000' })
    const found = await stopped('whatsapp', 'whatsapp:+447700900200')
    expect(found.map(({ recipient }) => recipient).sort()).toEqual(['whatsapp:+447700900200', 'whatsapp:GB.2000'])
    const told = await until('both are told', async () => {
      const both = world.told.filter(({ data }) => found.some(({ recipient }) => recipient === data['recipient']))
      return both.length === 2 && both
    })
    // A receiver drops what has an id that it knows: two opt-outs are two events.
    expect(new Set(told.map(({ id }) => id)).size).toBe(2)
    expect((await send('whatsapp', 'whatsapp:+447700900200')).status).toBe('suppressed')
    expect((await send('whatsapp', 'whatsapp:GB.2000')).status).toBe('suppressed')
    expect(await optOutsOf('whatsapp', 'whatsapp:GB.2000')).toHaveLength(2)
  })

  test('a STOP by id alone holds for the number, once a message has named both; a START by number lifts both', async () => {
    const first = await send('whatsapp', 'whatsapp:+525500000001')
    await world.hear('whatsapp', '5215500000001', 'هر دو', { from_user_id: ID })
    expect((await heardWith('هر دو')).inReplyTo).toBe(first.id)
    await world.hear('whatsapp', '', 'STOP', byId(ID))
    await stopped('whatsapp', 'whatsapp:+525500000001')
    expect((await send('whatsapp', 'whatsapp:+525500000001')).status).toBe('suppressed')
    await world.hear('whatsapp', '525500000001', 'START')
    await until('both are lifted', async () => (await optOutsOf('whatsapp', `whatsapp:${ID}`)).length === 0)
    expect((await send('whatsapp', `whatsapp:${ID}`)).status).toBe('submitted')
  })

  test('a link that is learned after the STOP holds too', async () => {
    await world.hear('whatsapp', '', 'STOP', byId('GB.3000'))
    await stopped('whatsapp', 'whatsapp:GB.3000')
    expect((await send('whatsapp', 'whatsapp:+447700900300')).status).toBe('submitted')
    await world.hear('whatsapp', '447700900300', 'من هستم', { from_user_id: 'GB.3000' })
    await heardWith('من هستم')
    expect((await send('whatsapp', 'whatsapp:+447700900300')).status).toBe('suppressed')
  })

  test('the API lifts what is held by any address of a person, and lists by each', async () => {
    expect(await lift('whatsapp', 'whatsapp:+447700900300')).toBe(204)
    expect((await send('whatsapp', 'whatsapp:+447700900300')).status).toBe('submitted')
    const to = new URLSearchParams({ channel: 'chat', to: 'whatsapp:GB.3000' })
    const { data } = await world.json<{ data: Shown[] }>(`/v1/messages?${to}`)
    expect(data.map((one) => one.to)).toContain('whatsapp:+447700900300')
  })

  test('an id in a form that is not known costs no message', async () => {
    await world.hear('whatsapp', '447700901000', 'STOP', { from_user_id: 'GB.10-00' })
    await stopped('whatsapp', 'whatsapp:+447700901000')
    expect((await send('whatsapp', 'whatsapp:+447700901000')).status).toBe('suppressed')
  })
})

describe('links lead on: as written, as the network knows it, its id', () => {
  /** A person whose three addresses are told one after the other: the last digits of a number make them. */
  async function known(nth: number) {
    const [written, network, id] = [`447700910${nth}00`, `447700910${nth}01`, `GB.C${nth}`]
    world.book.set(written, network)
    const first = await send('whatsapp', `whatsapp:+${written}`)
    const words = `هر سه ${nth}`
    const meet = async () => {
      await world.hear('whatsapp', network, words, { from_user_id: id })
      return heardWith(words)
    }
    return { written: `whatsapp:+${written}`, network: `whatsapp:+${network}`, id, first, meet }
  }

  test('a reply by id is threaded to what was sent to the number as written', async () => {
    const { written, id, meet } = await known(1)
    await meet()
    const latest = await send('whatsapp', written)
    await world.hear('whatsapp', '', 'فقط شناسه', byId(id))
    expect((await heardWith('فقط شناسه')).inReplyTo).toBe(latest.id)
  })

  test('a STOP by id before any link holds for all, once they are known', async () => {
    await world.hear('whatsapp', '', 'STOP', byId('GB.C2'))
    await stopped('whatsapp', 'whatsapp:GB.C2')
    const { written, network, meet } = await known(2)
    await meet()
    for (const to of [written, network]) expect((await send('whatsapp', to)).status).toBe('suppressed')
  })

  test('an opt-out by API for the number as written holds for the id', async () => {
    const { written, id, meet } = await known(3)
    await meet()
    await optOut('whatsapp', written)
    expect((await send('whatsapp', `whatsapp:${id}`)).status).toBe('suppressed')
  })

  test('who said STOP by number can begin again by id', async () => {
    const { written, network, id, meet } = await known(4)
    await meet()
    await world.hear('whatsapp', network.slice(-12), 'STOP')
    await until('all three are held back', async () => (await optOutsOf('whatsapp', written)).length === 3)
    await world.hear('whatsapp', '', 'START', byId(id))
    await until('all three are lifted', async () => (await optOutsOf('whatsapp', written)).length === 0)
    for (const to of [written, network, `whatsapp:${id}`]) expect((await send('whatsapp', to)).status).toBe('submitted')
  })

  test('what a carrier holds by another address is not said to be lifted', async () => {
    const { written, id, meet } = await known(5)
    await meet()
    for (const to of [written, `whatsapp:${id}`]) await optOut('whatsapp', to)
    const held = (await optOutsLeft(world)).find(({ party }) => party === `whatsapp:${id}`)
    await world.ledger
      .prepare(`UPDATE suppressions SET source = 'carrier' WHERE party_key = ?1`)
      .bind(held?.partyKey ?? '')
      .run()
    expect(await lift('whatsapp', written)).toBe(409)
    expect((await send('whatsapp', written)).status).toBe('suppressed')
  })
})

describe('a number that has passed to somebody else', () => {
  test('its next owner’s START does not lift the STOP of the one before', async () => {
    await world.hear('whatsapp', '447700902000', 'STOP', { from_user_id: 'GB.OLD1' })
    await until('both are held back', async () => (await optOutsOf('whatsapp', 'whatsapp:GB.OLD1')).length === 2)
    await world.hear('whatsapp', '447700902000', 'START', { from_user_id: 'GB.NEW1' })
    await until('lifted', async () => (await optOutsOf('whatsapp', 'whatsapp:+447700902000')).length === 0)
    expect((await send('whatsapp', 'whatsapp:GB.OLD1')).status).toBe('suppressed')
  })

  test('nor are their words threaded to what the other was sent, nor does their STOP hold for the other', async () => {
    await world.hear('whatsapp', '447700902100', 'صاحب پیشین', { from_user_id: 'GB.OLD2' })
    await heardWith('صاحب پیشین')
    const toOld = await send('whatsapp', 'whatsapp:GB.OLD2')
    await world.hear('whatsapp', '447700902100', 'صاحب تازه', { from_user_id: 'GB.NEW2' })
    expect((await heardWith('صاحب تازه')).inReplyTo).not.toBe(toOld.id)
    await world.hear('whatsapp', '447700902100', 'STOP', { from_user_id: 'GB.NEW2' })
    await until('both are held back', async () => (await optOutsOf('whatsapp', 'whatsapp:GB.NEW2')).length === 2)
    expect((await send('whatsapp', 'whatsapp:GB.OLD2')).status).toBe('submitted')
  })
})

test('a batch holds back every spelling of one who said STOP', async () => {
  await world.hear('whatsapp', '5215512340000', 'STOP', { from_user_id: 'MX.9' })
  await until('both are held back', async () => (await optOutsOf('whatsapp', 'whatsapp:MX.9')).length === 2)
  const tos = ['whatsapp:+525512340000', 'whatsapp:+5215512340000', 'whatsapp:MX.9', 'whatsapp:00525512340000']
  const body = {
    channel: 'chat',
    from: 'whatsapp:+982191001234',
    purpose: 'informational',
    content: { text: 'خبر' },
    messages: tos.map((to) => ({ to })),
  }
  const { accepted } = await world.json<{ accepted: { id: string }[] }>('/v1/messages/batch', { body, status: 202 })
  expect(accepted).toHaveLength(tos.length)
  for (const { id } of accepted)
    await until('held back', async () => (await world.json<Shown>(`/v1/messages/${id}`)).status === 'suppressed')
})
