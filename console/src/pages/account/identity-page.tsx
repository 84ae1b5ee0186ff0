import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { paths } from '../../../generated/api.d.ts'
import { auth } from '../../api/auth.ts'
import { unwrap } from '../../api/unwrap.ts'
import { Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { Card, Facts, Page } from '../../parts/page.tsx'
import { Badge } from '../../parts/status.tsx'
import { Table } from '../../parts/table.tsx'
import { t as common } from '../../words/common.ts'
import { listed, num } from '../../words/format.ts'
import { levelWords, purposeNames } from '../../words/levels.ts'
import { t } from './identity-words.ts'
import { NationalIdCard } from './national-id-card.tsx'
import { PapersCard } from './papers-card.tsx'
import { t as account } from './words.ts'

/** Where the person's identity stands, as the API says. */
export type Identity = paths['/v1/auth/identity']['get']['responses']['200']['content']['application/json']

type Level = Identity['levels'][number]

const IDENTITY = ['identity']

const LevelTable = ({ levels, now }: { levels: readonly Level[]; now: Identity['level'] }) => (
  <Table
    label={t.what}
    rows={levels}
    keyOf={({ level }) => level}
    columns={[
      {
        name: t.level,
        kind: 'head',
        of: ({ level }) => (
          <span className="row">
            {levelWords[level].name} {level === now ? <Badge tone="good">{t.yours}</Badge> : null}
          </span>
        ),
      },
      { name: t.proven, kind: 'wide', of: ({ level }) => levelWords[level].proven },
      { name: t.live, of: ({ live }) => (live ? common.yes : common.no) },
      {
        name: t.purposes,
        of: ({ purposes }) => listed(purposes.map((purpose) => purposeNames[purpose])) || t.none,
      },
      { name: t.recipients, of: ({ recipients }) => (recipients === null ? t.everyNumber : num(recipients)) },
      { name: t.daily, of: ({ daily, live }) => (daily === null ? (live ? t.noCap : t.none) : num(daily)) },
    ]}
  />
)

/** Identity level of the person: what it permits, and how the next one is reached. */
export default function IdentityPage() {
  const identity = useQuery({ queryKey: IDENTITY, queryFn: () => unwrap(auth.GET('/v1/auth/identity')) })
  const [isMatched, setMatched] = useState(false)
  const state = identity.data
  return (
    <Page title={account.pages.identity} about={t.about}>
      {identity.isPending ? <Loading /> : null}
      <Trouble error={identity.error} onRetry={() => void identity.refetch()} />
      {state ? (
        <>
          <div role="status">{isMatched ? <Note tone="good">{t.yes}</Note> : null}</div>
          <Card>
            <Facts
              of={[
                [t.yours, `${levelWords[state.level].name}: ${levelWords[state.level].proven}`],
                [
                  t.next,
                  state.next
                    ? `${levelWords[state.next.level].name}: ${levelWords[state.next.level].proven}`
                    : undefined,
                ],
              ]}
            />
          </Card>
          {state.level === 'L0' || state.level === 'L1' ? (
            <NationalIdCard triesLeft={state.triesLeft} onMatched={() => setMatched(true)} />
          ) : null}
          {state.level === 'L2' || state.level === 'L3' ? (
            <PapersCard papers={state.papers} isDone={state.level === 'L3'} />
          ) : (
            <Card title={t.papersTitle}>
              <Note>{t.papersFirst}</Note>
            </Card>
          )}
          <Card title={t.what}>
            <p className="faint">{t.whatWhy}</p>
            <LevelTable levels={state.levels} now={state.level} />
          </Card>
        </>
      ) : null}
    </Page>
  )
}
