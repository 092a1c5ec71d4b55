/// <reference lib="dom" />
/** What the keyboard can do. */
export interface Actions {
  togglePlay(): void;
  seekBy(seconds: number): void;
  toHead(): void;
  louder(step: number): void;
  toggleMute(): void;
  bandStart(): void;
  bandEnd(): void;
  bandClear(): void;
  toggleLooping(): void;
  swap(): void;
  toPrompt(): void;
  toHelp(): void;
}

const STEP_S = 1;
const LONG_STEP_S = 5;
const VOLUME_STEP = 0.05;

/** Listens to the whole page, but leaves alone what is typed or set in a field. */
export function listenToKeys(actions: Actions): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const act = actionOf(event, actions);
    if (act === null) return;
    event.preventDefault();
    act();
  });
}

function actionOf(event: KeyboardEvent, actions: Actions): (() => void) | null {
  const target = event.target as Element;
  if (target.matches("textarea, select, input:not([type=range], [type=checkbox], [type=radio])")) {
    return null;
  }
  const seekS = event.shiftKey ? LONG_STEP_S : STEP_S;
  // A button, a link and a check box know what Space means, a slider and a radio what arrows mean.
  const ownsSpace = target.matches("button, a, summary, input");
  const ownsArrows = target.matches("input");
  switch (event.key) {
    case " ":
      return ownsSpace || event.repeat ? null : () => actions.togglePlay();
    case "ArrowLeft":
      return ownsArrows ? null : () => actions.seekBy(-seekS);
    case "ArrowRight":
      return ownsArrows ? null : () => actions.seekBy(seekS);
    case "ArrowUp":
      if (target.matches("[role=slider]")) return () => actions.seekBy(seekS);
      return ownsArrows ? null : () => actions.louder(VOLUME_STEP);
    case "ArrowDown":
      if (target.matches("[role=slider]")) return () => actions.seekBy(-seekS);
      return ownsArrows ? null : () => actions.louder(-VOLUME_STEP);
    case "Home":
      return ownsArrows ? null : () => actions.toHead();
    case "[":
      return () => actions.bandStart();
    case "]":
      return () => actions.bandEnd();
    case "\\":
      return () => actions.bandClear();
    case "l":
    case "L":
      return () => actions.toggleLooping();
    case "m":
    case "M":
      return () => actions.toggleMute();
    case "s":
    case "S":
      return () => actions.swap();
    case "p":
    case "P":
      return () => actions.toPrompt();
    case "?":
      return () => actions.toHelp();
    default:
      return null;
  }
}
