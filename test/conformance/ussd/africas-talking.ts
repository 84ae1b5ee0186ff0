import { expect } from 'vitest'
import { africasTalking } from '#worker/channels/ussd/africas-talking.ts'
import type { UssdContent } from '#worker/channels/ussd/content.ts'
import { form, turnFields } from '../../fixtures/africas-talking/ussd.ts'
import type { Carrier, ConformanceKit } from '../kit.ts'

/** It sends nothing, so no carrier is ever played. */
const nothing: Carrier = () => new Response(null, { status: 404 })

export const africasTalkingKit: ConformanceKit<UssdContent> = {
  provider: africasTalking,
  settings: {},
  content: { text: 'موجودی شما ۱۲۰٬۰۰۰ ریال است.' },
  to: '+254720123123',
  from: '*384*1#',
  carrier: { takes: nothing, throttles: nothing, refuses: nothing },
  callback: {
    turn: (url) => form(url, turnFields('1*2')),
    asked: {
      turn: { event: 'input', to: '*384*1#', input: '2', inputs: ['1', '2'] },
      answered: async (response, { text, ends }) => {
        expect(response.headers.get('content-type')).toMatch(/^text\/plain/)
        expect(await response.text()).toBe(`${ends ? 'END' : 'CON'} ${text}`)
      },
    },
    providerRef: '',
  },
}
