import type { components } from '../../../generated/api.d.ts'
import { Said } from '../../parts/said.tsx'
import { Status } from '../../parts/status.tsx'
import { Code } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { exactClock, num, shortDay, took } from '../../words/format.ts'
import { money } from '../../words/money.ts'
import { reasonText } from '../../words/reasons.ts'
import { toneOf } from '../../words/statuses.ts'
import { byName, t } from './message-words.ts'

type Entry = NonNullable<components['schemas']['Message']['timeline']>[number]

/** A time to the millisecond, for entries of one second. */
const Exact = ({ at }: { at: string }) => {
  const time = new Date(at)
  return (
    <time dateTime={at} className="figures">
      {shortDay(time)} {exactClock(time)}
    </time>
  )
}

/** The carrier's own time, and how far it is from ours: its clock may be ahead or behind. */
function CarrierTime({ at, carrierAt }: { at: string; carrierAt: string }) {
  const apart = Date.parse(carrierAt) - Date.parse(at)
  return (
    <p className="faint">
      {t.carrierClock} <Exact at={carrierAt} />{' '}
      {apart === 0 ? null : apart > 0 ? t.later(took(apart)) : t.earlier(took(-apart))}
    </p>
  )
}

interface OwnWords {
  readonly carrierCode?: string | undefined
  readonly detail?: string | undefined
}

/** The carrier's own code and words; a detail without a code is the gateway's. */
export const OwnWords = ({ carrierCode, detail }: OwnWords) =>
  carrierCode || detail ? (
    <p className="faint">
      {carrierCode ? t.carrierSays : common.details}: {carrierCode ? <Code>{carrierCode}</Code> : null}{' '}
      {detail ? <Said text={detail} /> : null}
    </p>
  ) : null

function EntryBody({ entry }: { entry: Entry }) {
  const { code, carrierCode, detail, price, until, carrierAt, at } = entry
  return (
    <>
      {code ? <p>{reasonText(code)}</p> : null}
      <OwnWords carrierCode={carrierCode} detail={detail} />
      {carrierAt ? <CarrierTime at={at} carrierAt={carrierAt} /> : null}
      {until ? (
        <p className="faint">
          {t.until} <Exact at={until} />
        </p>
      ) : null}
      {price ? (
        <p className="faint">
          {t.price}: <bdi>{money(price)}</bdi>
        </p>
      ) : null}
    </>
  )
}

/** All that was recorded of a message, oldest first; an attempt is named where it begins. */
export const Timeline = ({ entries }: { entries: readonly Entry[] }) => (
  <ol className="timeline">
    {entries.map((entry, n) => {
      const { at, status, attempt, by } = entry
      const isNew = attempt !== undefined && attempt !== entries[n - 1]?.attempt
      return (
        // biome-ignore lint/suspicious/noArrayIndexKey: entries are never changed, and two may be of one moment
        <li key={n} data-tone={toneOf(status)}>
          {isNew ? <p className="timeline-attempt">{t.attempt(num(attempt))}</p> : null}
          <div className="row">
            <Status status={status} />
            <span className="faint">{byName(by)}</span>
            <Exact at={at} />
          </div>
          <EntryBody entry={entry} />
        </li>
      )
    })}
  </ol>
)
