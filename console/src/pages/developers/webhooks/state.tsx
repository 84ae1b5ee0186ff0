import type { RowOf } from '../../../api/answers.ts'
import { Note } from '../../../parts/feedback.tsx'
import { Badge } from '../../../parts/status.tsx'
import { Time, Words } from '../../../parts/text.tsx'
import type { Tone } from '../../../words/statuses.ts'
import { reasonText, t } from './words.ts'

export type Webhook = RowOf<'/v1/webhooks'>

/** How an endpoint stands: its status, and of one that is active how it does. */
export type State = keyof typeof t.states

const TONES: Readonly<Record<State, Tone>> = {
  active: 'good',
  failing: 'bad',
  resting: 'warn',
  probing: 'warn',
  pending: 'warn',
  disabled: 'quiet',
}

/** Finds how an endpoint stands. */
export function stateOf({ status, breaker, failingSince }: Webhook): State {
  if (status !== 'active') return status
  if (breaker.state === 'open') return 'resting'
  if (breaker.state === 'half-open') return 'probing'
  return failingSince ? 'failing' : 'active'
}

/** The state of an endpoint in a word. */
export function WebhookState({ of }: { of: Webhook }) {
  const state = stateOf(of)
  return <Badge tone={TONES[state]}>{t.states[state]}</Badge>
}

/** Says why an endpoint hears nothing, or late; nothing of one that is well. */
export function Why({ of }: { of: Webhook }) {
  const state = stateOf(of)
  if (state === 'active') return null
  const since = state === 'failing' ? of.failingSince : state === 'resting' ? of.breaker.since : null
  return (
    <Note tone={state === 'failing' || state === 'disabled' ? 'bad' : 'warn'}>
      <p>
        {t.endpoint.why[state]} {state === 'failing' ? <Time at={since} exact /> : null}
      </p>
      {of.reason ? (
        <p>
          {t.endpoint.reason}: <Words>{reasonText(of.reason)}</Words>
        </p>
      ) : null}
      {state === 'resting' && since ? (
        <p className="faint">
          {t.since} <Time at={since} exact />
        </p>
      ) : null}
    </Note>
  )
}
