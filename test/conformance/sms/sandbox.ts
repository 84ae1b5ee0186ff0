import { sandbox, sandboxByRef } from '#worker/channels/sms/sandbox.ts'
import { sandboxKitOf } from '../sandbox.ts'

const said = {
  content: { text: 'سفارش شما ارسال شد.' },
  to: '+989121234567',
  from: '10004346',
  people: ['+525512345678', '+52 1 55 1234 5678', '+525512345679'],
} as const

export const sandboxKit = sandboxKitOf(sandbox, said)
export const sandboxByRefKit = sandboxKitOf(sandboxByRef, said)
