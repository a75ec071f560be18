import {
  type ReactNode,
  type Ref,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'

export interface VirtualRowsHandle {
  readonly showIndex: (index: number) => void
  readonly toTop: () => void
}

/** Rows above and below the window that are drawn already, so that fast scrolling shows no holes. */
const OVERSCAN = 8
const NEAR_END_ROWS = 20

/** Draws only the rows that can be seen: 10,000 cost as much as 30. All rows have one height. */
export function VirtualRows(props: {
  readonly label: string
  readonly count: number
  readonly rowHeight: number
  readonly renderRow: (index: number) => ReactNode
  readonly onNearEnd?: () => void
  readonly onScrolled?: (isScrolled: boolean) => void
  readonly handle?: Ref<VirtualRowsHandle>
  readonly footer?: ReactNode
}) {
  const { count, rowHeight } = props
  const box = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ top: 0, height: 800 })

  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return
    const observer = new ResizeObserver(() =>
      setView((before) => ({ ...before, height: element.clientHeight })),
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  useImperativeHandle(
    props.handle,
    () => ({
      toTop: () => box.current?.scrollTo({ top: 0 }),
      showIndex: (index) => scrollIntoView(box.current, index * rowHeight, rowHeight),
    }),
    [rowHeight],
  )

  const first = Math.max(0, Math.floor(view.top / rowHeight) - OVERSCAN)
  const last = Math.min(count, Math.ceil((view.top + view.height) / rowHeight) + OVERSCAN)
  const { onNearEnd } = props
  const isNearEnd = last >= count - NEAR_END_ROWS
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that came asks again, when the end is still near.
  useLayoutEffect(() => {
    if (isNearEnd) onNearEnd?.()
  }, [isNearEnd, onNearEnd, count])

  function onScroll(): void {
    const element = box.current
    if (element === null) return
    setView({ top: element.scrollTop, height: element.clientHeight })
    props.onScrolled?.(element.scrollTop > 0)
  }

  const indexes = Array.from({ length: Math.max(0, last - first) }, (_, offset) => first + offset)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table lays out all its rows; this draws those in sight.
    <div
      ref={box}
      className="rows"
      role="table"
      aria-label={props.label}
      aria-rowcount={count}
      onScroll={onScroll}
      tabIndex={-1}
    >
      <div style={{ height: first * rowHeight }} />
      {indexes.map(props.renderRow)}
      <div style={{ height: Math.max(0, count - last) * rowHeight }} />
      {props.footer}
    </div>
  )
}

function scrollIntoView(element: HTMLElement | null, top: number, height: number): void {
  if (element === null) return
  if (top < element.scrollTop) element.scrollTo({ top })
  else if (top + height > element.scrollTop + element.clientHeight) {
    element.scrollTo({ top: top + height - element.clientHeight })
  }
}
