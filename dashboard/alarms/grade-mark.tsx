import { useTranslation } from 'react-i18next'
import { type Grade, type GradePresentation, presentGrade } from './grade.ts'

const OUTLINES: Readonly<Record<GradePresentation['shape'], string>> = {
  diamond: 'M16 1.500L30.500 16 16 30.500 1.500 16z',
  triangle: 'M16 2L31 29H1z',
  square: 'M4 4h24v24H4z',
  circle: 'M16 2.500a13.500 13.500 0 1 1 0 27 13.500 13.500 0 0 1 0-27z',
}

/** Shape, letter and colour of a grade. `isCalling`: it waits for a person and draws the eye. */
export function GradeMark(props: {
  readonly grade: Grade
  readonly size?: number
  readonly isCalling?: boolean
}) {
  const { t } = useTranslation()
  const { letter, shape, fill, ink } = presentGrade(props.grade)
  const size = props.size ?? 24
  const label = t('grade.full', { letter, name: t(`grade.${props.grade}`) })
  return (
    <svg
      className="grade-mark"
      viewBox="0 0 32 32"
      width={size}
      height={size}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      {props.isCalling === true && (
        <path
          className="grade-ring"
          d={OUTLINES[shape]}
          fill="none"
          stroke={fill}
          strokeLinejoin="round"
        />
      )}
      <path d={OUTLINES[shape]} fill={fill} />
      <text
        x="16"
        y={shape === 'triangle' ? 25.5 : 21.5}
        textAnchor="middle"
        fontSize={shape === 'triangle' ? 14.5 : 15.5}
        fontWeight="700"
        fill={ink}
      >
        {letter}
      </text>
    </svg>
  )
}
