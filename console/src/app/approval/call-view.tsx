import type { TwoPeopleCall } from '../../api/approvals.ts'
import { Code } from '../../parts/text.tsx'
import { callName } from '../../words/calls.ts'

interface CallViewProps {
  readonly call: TwoPeopleCall
  /** True where the call's name stands above already. */
  readonly isNamed?: boolean
}

/** Shows the very call that two people do: in words, and as it is sent. */
export const CallView = ({ call: { method, path, body }, isNamed = false }: CallViewProps) => (
  <div className="stack">
    {isNamed ? null : <strong>{callName(`${method} ${path}`)}</strong>}
    <Code>
      {method} {path}
    </Code>
    {body === null || body === undefined ? null : (
      <pre dir="ltr" className="call-body">
        {JSON.stringify(body, null, 2)}
      </pre>
    )}
  </div>
)
