import type { components } from '../../../generated/api.d.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Link } from '../../parts/link.tsx'
import { Facts } from '../../parts/page.tsx'
import { Code, Ltr, Time, Words } from '../../parts/text.tsx'
import { channelName, t as common } from '../../words/common.ts'
import { num } from '../../words/format.ts'
import { money } from '../../words/money.ts'
import { encodingName, purposeName, t } from './message-words.ts'
import { t as list } from './words.ts'

type Message = components['schemas']['Message']

/** Shows a value if there is one; else its pair is left out. */
const given = <Value,>(
  value: Value | undefined,
  show: (value: Value) => React.ReactNode,
): React.ReactNode | undefined => (value === undefined ? undefined : show(value))

/** All that is known of a message beside its words and its history. */
export function MessageFacts({ message }: { message: Message }) {
  const { tenantId, mode } = useTenantTab()
  const place = { tenantId, mode }
  const other = (id: string) => (
    <Link to="/t/$tenantId/$mode/messages/$id" params={{ ...place, id }}>
      <Code>{id}</Code>
    </Link>
  )
  const address = (text: string) => <Ltr>{text}</Ltr>
  const { metadata } = message
  return (
    <>
      <Facts
        of={[
          [list.channel, channelName(message.channel)],
          [t.mode, message.mode === 'live' ? common.live : common.test],
          [list.from, given(message.from, address)],
          [list.to, given(message.to, address)],
          [t.purpose, given(message.purpose, purposeName)],
          [t.units, given(message.units, num)],
          [t.encoding, message.channel === 'sms' ? given(message.encoding, encodingName) : undefined],
          [t.price, given(message.price, (price) => money(price))],
          [t.accepted, <Time key="accepted" at={message.acceptedAt} exact />],
          [t.updated, <Time key="updated" at={message.updatedAt} exact />],
          [t.validUntil, given(message.validUntil, (at) => <Time at={at} exact />)],
          [t.clientRef, given(message.clientRef, (ref) => <Words>{ref}</Words>)],
          [
            t.batch,
            given(message.batchId, (id) => (
              <Link to="/t/$tenantId/$mode/batches/$id" params={{ ...place, id }}>
                <Code>{id}</Code>
              </Link>
            )),
          ],
          [t.inReplyTo, given(message.inReplyTo, other)],
          [t.resendOf, given(message.resendOf, other)],
        ]}
      />
      {metadata ? (
        <>
          <h3>{t.metadata}</h3>
          <Facts
            of={Object.entries(metadata).map(([name, value]) => [name, <Words key={name}>{value}</Words>] as const)}
          />
        </>
      ) : null}
    </>
  )
}
