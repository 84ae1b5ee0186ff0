import { sandbox, sandboxByRef } from '#worker/channels/sms/sandbox.ts'
import { sandboxKitOf } from '../sandbox.ts'

const said = { content: { text: 'سفارش شما ارسال شد.' }, to: '+989121234567', from: '10004346' }

export const sandboxKit = sandboxKitOf(sandbox, said)
export const sandboxByRefKit = sandboxKitOf(sandboxByRef, said)
