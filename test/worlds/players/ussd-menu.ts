import UssdMenu from 'ussd-menu-builder'
import type { Application } from '../ussd-world.ts'

/**
 * An application as people write them for Africa's Talking, with npm `ussd-menu-builder`: what stands between it and
 * Chapar's question is the three lines at the end.
 */
export function menuApplication(): Application {
  const menu = new UssdMenu()
  menu.startState({
    run: () => menu.con('Welcome\n1. Balance\n2. Transfer'),
    next: { '1': 'balance', '2': 'transfer' },
    defaultNext: 'unknown',
  })
  menu.state('balance', { run: () => menu.end('Your balance is 120,000 rials') })
  menu.state('transfer', { run: () => menu.con('How much?'), next: { '*\\d+': 'amount' }, defaultNext: 'unknown' })
  menu.state('amount', { run: () => menu.end(`You sent ${menu.val} rials`) })
  menu.state('unknown', { run: () => menu.con('No such choice'), next: { '0': '__start__' } })
  return async ({ sessionId, from, to, inputs }) =>
    new Response(
      await new Promise<string>((resolve) => {
        menu.run({ sessionId, phoneNumber: from, serviceCode: to, text: inputs.join('*') }, resolve)
      }),
    )
}
