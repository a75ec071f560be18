import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { ToldDto } from '../../gateway/contract.ts'
import { useServices } from '../services.tsx'

const EVERY_MS = 4_000
/** Scrolling and a storm change what is in sight many times a second. */
const SETTLED_MS = 300
/** More rows than a screen has are not asked for. */
const IDS_MAX = 100

interface Told {
  readonly of: ReadonlyMap<string, ToldDto>
  /** The row is in sight until the returned function is called. */
  readonly watch: (alarmId: string) => () => void
}

const ToldContext = createContext<Told>({ of: new Map(), watch: () => () => undefined })

/** Asks who was told of the alarms whose rows are in sight, for as long as they are. */
export function ToldProvider(props: { readonly children: ReactNode }) {
  const { api } = useServices()
  const [of, setOf] = useState<ReadonlyMap<string, ToldDto>>(new Map())
  const inSight = useRef(new Set<string>())
  const settling = useRef<ReturnType<typeof setTimeout> | null>(null)

  const ask = useCallback(() => {
    const ids = [...inSight.current].slice(0, IDS_MAX).join()
    if (ids === '') return
    // What cannot be asked now is asked again soon; the link's banner says why meanwhile.
    api.told(ids, AbortSignal.timeout(EVERY_MS)).then(
      ({ items }) => setOf(new Map(items.map((item) => [item.alarmId, item]))),
      () => undefined,
    )
  }, [api])

  const watch = useCallback(
    (alarmId: string) => {
      inSight.current.add(alarmId)
      settling.current ??= setTimeout(() => {
        settling.current = null
        ask()
      }, SETTLED_MS)
      return () => {
        inSight.current.delete(alarmId)
      }
    },
    [ask],
  )

  useEffect(() => {
    const timer = setInterval(ask, EVERY_MS)
    return () => {
      clearInterval(timer)
      if (settling.current !== null) clearTimeout(settling.current)
    }
  }, [ask])

  const value = useMemo(() => ({ of, watch }), [of, watch])
  return <ToldContext value={value}>{props.children}</ToldContext>
}

export function useTold(alarmId: string): ToldDto | null {
  const { of, watch } = use(ToldContext)
  useEffect(() => watch(alarmId), [watch, alarmId])
  return of.get(alarmId) ?? null
}
