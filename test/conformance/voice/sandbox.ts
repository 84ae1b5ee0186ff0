import { expect } from 'vitest'
import { sandbox } from '#worker/channels/voice/sandbox.ts'
import { sandboxKitOf } from '../sandbox.ts'

export const sandboxKit = sandboxKitOf(sandbox, {
  content: { say: { text: 'رمز شما در پیامک است.', language: 'fa-IR', repeat: 1 } },
  to: '+989121234567',
  from: '+982191001234',
  heard: expect.anything(),
  people: ['+541123456789', '+54 9 11 2345-6789', '+541123456788'],
})
