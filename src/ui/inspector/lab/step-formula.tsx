/**
 * The loss of the shown row, with the part of the present frame lit. A target of two parts leads away from the second prompt towards
 * the first; one of three, the published type 2, adds to the first what leads from the second to the third.
 */
import type { InspectedStep } from '../../../records/inspected-step.ts';
import type { FormulaPart } from './step-frames.ts';
import own from './step.module.css';

interface StepFormulaProps {
  readonly step: InspectedStep;
  readonly part: FormulaPart;
}

export function StepFormula({ step, part }: StepFormulaProps) {
  const [first, second, third] = step.teacher;
  const lit = (...parts: readonly FormulaPart[]) => parts.includes(part) || undefined;
  const noise = (star: string, prompt: string, of: FormulaPart) => (
    <span data-lit={lit(of)}>
      ε{star}(<span data-lit={lit('xt')}>x_t</span>, {prompt === '' ? '∅' : <i>{prompt}</i>}, t)
    </span>
  );
  return (
    <p className={own['formula']} lang="en" data-testid="step-formula" data-part={part}>
      <span data-lit={lit('gap')}>‖ </span>
      {noise('_θ', step.prompt, 'student')}
      <span data-lit={lit('gap')}> − </span>
      <span data-lit={lit('target')}>
        {first !== undefined && second !== undefined ? (
          <>
            {'{ '}
            {noise('*', first.prompt, 'teacher')} − η [ {noise('*', second.prompt, 'teacher')} −{' '}
            {noise('*', (third ?? first).prompt, 'teacher')} ]{' }'}
          </>
        ) : (
          first !== undefined && noise('*', first.prompt, 'teacher')
        )}
      </span>
      <span data-lit={lit('gap')}> ‖²</span>
      <span data-lit={lit('update')} className={own['then']}>
        θ ← AdamW(θ, ∇L)
      </span>
    </p>
  );
}
