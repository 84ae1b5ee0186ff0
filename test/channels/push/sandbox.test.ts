import { expect, it } from 'vitest'
import { sandbox } from '#worker/channels/push/sandbox.ts'
import type { PushTarget } from '#worker/domain/device.ts'
import { attemptOf, play } from '../../conformance/kit.ts'
import { sandboxKit } from '../../conformance/push/sandbox.ts'

it('answers in the order of the messages, removed devices and those of other applications among them', async () => {
  const of = (token: string, app = 'shop'): PushTarget => ({ network: 'sandbox', app, token })
  const targets = [of('x-0000'), null, of('x-9919'), of('x-0000', 'other'), of('x-9902'), of('x-0001')]
  const { ports } = play(sandboxKit.carrier.takes)
  const messages = targets.map((target, n) => ({ ...attemptOf(sandboxKit, n), target }))
  const outcomes = await sandbox.open({}, ports).submit(messages)
  expect(outcomes.map((one) => (one.outcome === 'accepted' ? one.outcome : one.failure.code))).toEqual([
    'accepted',
    'recipient-unregistered',
    'recipient-unregistered',
    'sender-refused',
    'recipient-invalid',
    'accepted',
  ])
})

it('lets no token but a sandbox device’s choose the outcome', async () => {
  const target: PushTarget = { network: 'fcm', app: 'shop', token: 'a-real-token-9919' }
  const { ports } = play(sandboxKit.carrier.takes)
  const [outcome] = await sandbox.open({}, ports).submit([{ ...attemptOf(sandboxKit), target }])
  expect(outcome).toMatchObject({ outcome: 'accepted' })
})

it('with nobody to send to calls no carrier', async () => {
  const { ports, seen } = play(sandboxKit.carrier.takes)
  await sandbox.open({}, ports).submit([{ ...attemptOf(sandboxKit), target: null }])
  expect(seen).toEqual([])
})
