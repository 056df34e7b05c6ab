// Which figures are here, by their stamps. No DOM in here.
//
// The server leaves out a figure that the browser holds: every message says which those are. By the time of the answer
// it may have been replaced; then the answer lacks it, and the server is asked again.
//
// While a hand moves the server leaves whole panels as they were, but for those that it was asked for: they are late.

export class Figures {
  constructor() {
    this.specs = new Map();
  }

  get ids() {
    return [...this.specs.keys()];
  }

  // Said with every message: the stamp of each figure that is here.
  held() {
    return Object.fromEntries([...this.specs].map(([id, spec]) => [id, spec.stamp]));
  }

  // Whether a figure that the server left out is not here: it was when the server was asked, and has been replaced.
  lacks(specs) {
    return specs.some(({ id, late, figure, stamp }) => {
      if (late) return !this.specs.has(id);
      return figure === null && this.specs.get(id)?.stamp !== stamp;
    });
  }

  // Keeps the figures of a view, and those alone; one that was left out is filled in from here.
  take(specs) {
    const whole = specs.map((spec) => {
      const here = this.specs.get(spec.id);
      if (spec.late) return { ...here, ...spec };
      return spec.figure === null ? { ...spec, figure: here.figure } : spec;
    });
    this.specs = new Map(whole.map((spec) => [spec.id, spec]));
    return whole;
  }
}
