import type { TwoPeopleCall } from '../../api/approvals.ts'
import { Code } from '../../parts/text.tsx'
import { callName } from '../../words/calls.ts'

/** Shows the very call that two people do: in words, and as it is sent. */
export const CallView = ({ call: { method, path, body } }: { call: TwoPeopleCall }) => (
  <div className="stack">
    <strong>{callName(`${method} ${path}`)}</strong>
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
