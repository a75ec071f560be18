import { type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import type { MapBase, MapPlaces, RiskEntry } from '../../gateway/contract.ts'
import type { MapCircleChoice } from './circle-panel.tsx'
import { MapCanvas, type MapCanvasEvents, type Viewport } from './map-canvas.ts'

/** The element that Leaflet lives in: made once, told what to draw. */
export function MapView(props: {
  readonly ref: Ref<MapCanvas | null>
  readonly label: string
  readonly base: MapBase
  readonly risk: readonly RiskEntry[] | null
  readonly places: MapPlaces | null
  readonly circle: MapCircleChoice
  readonly events: MapCanvasEvents
  readonly onReady: (view: Viewport) => void
}) {
  const element = useRef<HTMLElement>(null)
  const canvas = useRef<MapCanvas | null>(null)
  const { base, risk, places, circle, onReady } = props
  const events = useRef(props.events)
  events.current = props.events
  useImperativeHandle<MapCanvas | null, MapCanvas | null>(props.ref, () => canvas.current)

  // biome-ignore lint/correctness/useExhaustiveDependencies: what it is drawn on is read once.
  useEffect(() => {
    if (element.current === null) return
    const made = new MapCanvas(element.current, base, {
      onView: (view) => events.current.onView(view),
      onPlace: (place) => events.current.onPlace(place),
      onOrganization: (id) => events.current.onOrganization(id),
      onGround: (position) => events.current.onGround(position),
      nameOf: (mark) => events.current.nameOf(mark),
    })
    canvas.current = made
    onReady(made.view())
    const size = new ResizeObserver(() => made.resized())
    size.observe(element.current)
    return () => {
      size.disconnect()
      canvas.current = null
      made.destroy()
    }
  }, [])
  useEffect(() => canvas.current?.drawRisk(risk), [risk])
  useEffect(
    () => canvas.current?.drawPlaces(places?.places ?? [], places?.clusters ?? []),
    [places],
  )
  useEffect(() => canvas.current?.drawCircle(circle.centre, circle.metres), [circle])
  return <section ref={element} className="map-canvas" aria-label={props.label} />
}
