import { useState } from 'react'
import type { Connection, Route } from '../../api/operator.ts'
import { unwrap } from '../../api/unwrap.ts'
import { Anew, ChangeTrouble } from '../../app/changed/change-trouble.tsx'
import { useRecordChange } from '../../app/changed/record-change.ts'
import { useTenantNames } from '../../app/operator/tenants.ts'
import { useTab } from '../../app/tab.tsx'
import { Button, Link } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Note } from '../../parts/feedback.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { Words } from '../../parts/text.tsx'
import { channelName, t as common } from '../../words/common.ts'
import { Order } from './order.tsx'
import { t } from './words.ts'

/** A place of the matrix: whose, of which channel and mode. */
export type Place = Pick<Route, 'tenantId' | 'channel' | 'mode'>

interface EditorProps {
  readonly place: Place
  /** The route that is there; undefined: none. */
  readonly route: Route | undefined
  /** Connections of the channel that the mode takes. */
  readonly offered: readonly Connection[]
  readonly isSimulated: (connection: Connection) => boolean
  readonly onClose: () => void
}

const modeName = (mode: Place['mode']): string => (mode === 'test' ? common.test : common.live)

type Api = ReturnType<typeof useTab>['api']

/** Reads the route of a place as it is now; null: there is none. */
async function readRoute(api: Api, place: Place): Promise<Route | null> {
  const { data } = await unwrap(api.GET('/admin/v1/routes', { params: { query: { tenantId: place.tenantId } } }))
  return data.find(({ channel, mode }) => channel === place.channel && mode === place.mode) ?? null
}

/** Order of a route in words. */
const orderOf = (ids: readonly string[], offered: readonly Connection[]): string =>
  ids.map((id) => offered.find((one) => one.id === id)?.name ?? id).join(' · ')

interface RemoveProps extends Pick<EditorProps, 'place' | 'offered'> {
  readonly route: Route
  readonly onDone: () => void
  readonly onBack: () => void
  readonly onLoad: (now: Route) => void
}

/** Asks before a route is removed, and says what then carries. One that somebody has changed since it was seen is not. */
function Remove({ place, route, offered, onDone, onBack, onLoad }: RemoveProps) {
  const { api, key } = useTab()
  const { save: remove, newer } = useRecordChange<Route>({
    of: route,
    send: async (_, base) => {
      const query = { ...place, ...(base && { version: base.version }) }
      await unwrap(api.DELETE('/admin/v1/routes', { params: { query } }))
      return null
    },
    read: () => readRoute(api, place),
    changes: [[key, 'routes']],
    onDone,
  })
  return (
    <>
      <p>{place.tenantId ? t.removeTenant : t.removeDefault}</p>
      <ChangeTrouble
        error={remove.error}
        newer={newer}
        said={t.notRemoved}
        load={t.keep}
        differences={({ connections }) => [
          { name: t.order, typed: orderOf(route.connections, offered), now: orderOf(connections, offered) },
        ]}
        onLoad={onLoad}
      />
      <div className="actions">
        <Button onPress={onBack}>{common.back}</Button>
        <Button weight="danger" isPending={remove.isPending} onPress={() => remove.mutate()}>
          {t.removeRoute}
        </Button>
      </div>
    </>
  )
}

interface EditProps extends EditorProps {
  readonly onRemove: () => void
  readonly onLoad: (now: Route) => void
}

function Edit({ place, route, offered, isSimulated, onClose, onRemove, onLoad }: EditProps) {
  const { api, key } = useTab()
  const [ids, setIds] = useState<readonly string[]>(route?.connections ?? [])
  const { save, newer } = useRecordChange<Route>({
    of: route ?? null,
    send: (_, base) =>
      unwrap(
        api.PUT('/admin/v1/routes', { body: { ...place, connections: [...ids], version: base?.version ?? null } }),
      ),
    read: () => readRoute(api, place),
    changes: [[key, 'routes']],
    onDone: onClose,
  })
  const left = offered.filter(({ id }) => !ids.includes(id))
  const named = (id: string) => offered.find((one) => one.id === id)
  return (
    <>
      {place.mode === 'live' && ids.some((id) => isSimulated(named(id) as Connection)) ? (
        <Note tone="warn">{t.simulatedLiveWhy}</Note>
      ) : null}
      {ids.length === 0 ? <p className="faint">{t.least}</p> : null}
      <Order ids={ids} nameOf={(id) => named(id)?.name ?? id} onChange={setIds} />
      {left.length > 0 ? (
        <SelectField
          label={t.addOne}
          placeholder={t.choose}
          options={left.map(({ id, name }) => ({ id, name }))}
          value={null}
          onChange={(id) => setIds([...ids, id])}
        />
      ) : (
        <p className="faint">
          {t.noneLeft}{' '}
          <Link to="/operator/connections/new" search={{ channel: place.channel }}>
            {t.connect}
          </Link>
        </p>
      )}
      <p className="faint">
        {place.mode === 'test' ? `${t.testOnly} ` : ''}
        {t.inForce}
      </p>
      <ChangeTrouble
        error={save.error}
        newer={newer}
        differences={({ connections }) => [
          { name: t.order, typed: orderOf(ids, offered), now: orderOf(connections, offered) },
        ]}
        onLoad={onLoad}
      />
      <div className="actions">
        {route ? (
          <Button weight="danger" onPress={onRemove}>
            {t.removeRoute}
          </Button>
        ) : null}
        <Button onPress={onClose}>{common.back}</Button>
        <Button weight="primary" isDisabled={ids.length === 0} isPending={save.isPending} onPress={() => save.mutate()}>
          {common.save}
        </Button>
      </div>
    </>
  )
}

/** Window in which a route is set, ordered and removed. */
export function RouteEditor(props: EditorProps) {
  const { place, onClose } = props
  const nameOf = useTenantNames()
  const [isRemoving, setRemoving] = useState(false)
  return (
    <Dialog title={t.routeOf(channelName(place.channel), modeName(place.mode))} isOpen onClose={onClose}>
      {place.tenantId ? <Words>{nameOf(place.tenantId)}</Words> : <p>{t.default}</p>}
      <Anew of={props.route}>
        {(route, onLoad) =>
          isRemoving && route ? (
            <Remove
              {...props}
              route={route}
              onDone={onClose}
              onBack={() => setRemoving(false)}
              onLoad={(now) => {
                setRemoving(false)
                onLoad(now)
              }}
            />
          ) : (
            <Edit {...props} route={route} onRemove={() => setRemoving(true)} onLoad={onLoad} />
          )
        }
      </Anew>
    </Dialog>
  )
}
