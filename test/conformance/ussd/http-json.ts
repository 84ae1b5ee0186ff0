import { expect } from 'vitest'
import type { UssdContent } from '#worker/channels/ussd/content.ts'
import { httpJson } from '#worker/channels/ussd/http-json.ts'
import { reportBody, SECRET, signed, turnBody } from '../../fixtures/ussd-dialect/calls.ts'
import { attemptOf, type ConformanceKit, NOW } from '../kit.ts'

const TO = '+989121234567'
const base = { to: TO, from: '*384*1#', content: { text: 'موجودی شما ۱۲۰٬۰۰۰ ریال است.' } } as const
let pushed = 0

export const httpJsonKit: ConformanceKit<UssdContent> = {
  ...base,
  provider: httpJson,
  settings: { url: 'https://ussd.operator.example', token: 'not-a-real-token-at-all', secret: SECRET },
  carrier: {
    takes: () => Response.json({ id: `p-${++pushed}` }),
    throttles: () => Response.json({ error: 'busy' }, { status: 503, headers: { 'retry-after': '7' } }),
    refuses: () => Response.json({ error: 'recipient-invalid' }, { status: 422 }),
    reports: () => Response.json(reportBody(attemptOf(base).ref)),
    isHealthy: () => Response.json({ ok: true }),
  },
  callback: {
    delivered: (url, _, ref) => signed(url, reportBody(ref), NOW),
    turn: (url) => signed(url, { ...turnBody, msisdn: TO }, NOW),
    asked: {
      turn: { event: 'input', to: '*384*1#', input: '2', inputs: ['1', '2'], number: 3 },
      answered: async (response, { text, ends }) => {
        expect(await response.json()).toEqual({ text, action: ends ? 'end' : 'continue' })
      },
    },
    providerRef: 'p-1',
  },
}
