import { limits, messageFaults, pageFaults, wordFaults } from './prose.ts';

const words = (count: number): string => Array.from({ length: count }, (_, at) => `word${at}`).join(' ');

describe('the prose linter', () => {
  it.each(['Nobody may call it.', 'It takes so many requests.', 'The pod is asked again.', 'Strangers at the door', 'The answer is late.'])(
    'refuses %j',
    (text) => {
      expect(wordFaults(text).length).toBeGreaterThan(0);
      expect(pageFaults(`# Page\n\n- ${text}\n`).length).toBeGreaterThan(0);
      expect(pageFaults(`| a |\n| --- |\n| ${text} |\n`).length).toBeGreaterThan(0);
      expect(messageFaults(`log.warn('${text}');`).length).toBeGreaterThan(0);
      expect(messageFaults(`new Problem('x', \`${text} \${limit}\`);`).length).toBeGreaterThan(0);
    },
  );

  it('names the standard term', () => {
    expect(wordFaults('Show the picture.')).toEqual(["'picture': use image"]);
  });

  it('leaves code, names and parts of words alone', () => {
    expect(pageFaults('# Page\n\nThe type `answer` is indoors.\n\n```sh\ncurl http://host/answer # nobody\n```\n')).toEqual([]);
    expect(messageFaults("const answers = ask('answer', 'the-answer'); // nobody is asked\nlog.info('the `answer` frame was sent');")).toEqual([]);
  });

  it('limits a sentence to 40 words', () => {
    expect(pageFaults(`${words(limits.wordsPerSentence)}.`)).toEqual([]);
    expect(pageFaults(`${words(limits.wordsPerSentence + 1)}.`)).toEqual([expect.stringContaining('a sentence of 41 words')]);
  });

  it('limits the mean of a page to 18 words', () => {
    expect(pageFaults(`${words(18)}. `.repeat(5))).toEqual([]);
    expect(pageFaults(`${words(19)}. `.repeat(5))).toEqual(['sentences of 19.0 words on average; at most 18']);
  });

  it('takes linear time', () => {
    const time = (size: number): number => {
      const page = `- ${'a word. '.repeat(size)}\n`;
      const beganAt = performance.now();
      pageFaults(page);
      return performance.now() - beganAt;
    };
    time(2000);
    expect(time(40_000)).toBeLessThan(2000);
  });
});
