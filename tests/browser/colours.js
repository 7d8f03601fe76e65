// Gives axe the texts of a page whose looks it has not judged before. Takes its rules and the looks that it has judged;
// returns what it objects to, and the looks that it judged now.
async ({rules, judged}) => {
    const FIELDS = "select, textarea, input:not([type=hidden], [type=range], [type=color], [type=checkbox], [type=radio])";
    const LINKS = "a[href], [role=link]";
    // Why axe cannot judge a text: for these reasons it never judges one that looks the same.
    const UNDECIDABLE = ["bgImage", "bgGradient", "shortTextContent"];
    const PLAIN = ["rgba(0, 0, 0, 0)", "none", "1", "static", "normal", "auto", "none"];
    const UNSEEN = ["rect(0px, 0px, 0px, 0px)", "inset(50%)"]; // clipped to nothing
    const known = new Set(judged);
    const grounds = new WeakMap();

    // An element's part in what is behind the texts in it.
    function ownGround(element) {
        if (element.localName === "svg") return "svg";
        const style = getComputedStyle(element);
        const parts = [style.backgroundColor, style.backgroundImage, style.opacity, style.position, style.mixBlendMode,
            style.clip, style.clipPath];
        return parts.some((part, at) => part !== PLAIN[at]) ? parts.join("|") : "";
    }

    // All that is behind the texts of an element.
    function ground(element) {
        if (!element) {
            const medium = matchMedia("print").matches ? "print" : "screen";
            return `${medium} ${getComputedStyle(document.documentElement).colorScheme}`;
        }
        if (!grounds.has(element)) {
            const own = ownGround(element);
            const others = ground(element.parentElement);
            grounds.set(element, own ? `${others}/${own}` : others);
        }
        return grounds.get(element);
    }

    // What the text around a link looks like, and whether there is more of it than of links.
    function surroundings(link) {
        let block = link.parentElement;
        while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
        const links = [...block.querySelectorAll(LINKS)];
        const linked = links.reduce((sum, each) => sum + each.textContent.trim().length, 0);
        const style = getComputedStyle(block);
        return [block.textContent.trim().length > 2 * linked, style.color, style.fontWeight, style.fontStyle];
    }

    function ownText(element) {
        const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
        return texts.map((node) => node.data).join("").trim();
    }

    function looks(element) {
        const style = getComputedStyle(element);
        const isLong = ownText(element).length > 1;
        const parts = [ground(element), style.color, style.webkitTextStroke, style.fontSize, style.fontWeight,
            style.textShadow, element.matches(FIELDS) || isLong, element.matches(":disabled")];
        if (element.matches(LINKS))
            parts.push(style.textDecoration, style.borderBottom, style.fontStyle, ...surroundings(element));
        return digest(parts.join("//"));
    }

    function digest(text) {
        let high = 0xdeadbeef;
        let low = 0x41c6ce57;
        for (let at = 0; at < text.length; at++) {
            high = Math.imul(high ^ text.charCodeAt(at), 2654435761);
            low = Math.imul(low ^ text.charCodeAt(at), 1597334677);
        }
        return 4294967296 * (high & 0x1fffff) + (low >>> 0);
    }

    // Whether somebody can see the element: some texts are for screen readers only.
    function isSeen(element) {
        if (!element.checkVisibility({visibilityProperty: true})) return false;
        if (UNSEEN.some((clip) => ground(element).includes(clip))) return false;
        const box = element.getBoundingClientRect();
        return box.right + scrollX > 0 && box.bottom + scrollY > 0;
    }

    // What axe objects to in these elements, and those that it has judged and has nothing against.
    async function judge(elements) {
        const found = await axe.run({include: elements},
            {runOnly: rules, resultTypes: ["violations", "passes", "incomplete"], elementRef: true});
        const nodes = (results, rule) => results.filter((each) => each.id === rule).flatMap((each) => each.nodes);
        const isUndecidable = ({any: [{data}], element}) =>
            UNDECIDABLE.includes(data?.messageKey) || (data?.messageKey === "imgNode" && element.closest("svg"));
        const undecidable = nodes(found.incomplete, "color-contrast").filter(isUndecidable);
        const failed = new Set(nodes(found.violations, "link-in-text-block").map((node) => node.element));
        const passed = [...nodes(found.passes, "color-contrast"), ...undecidable].map((node) => node.element);
        const violations = found.violations.map(({id, impact, nodes}) =>
            ({id, impact, nodes: nodes.map(({html}) => ({html}))}));
        return {violations, passed: passed.filter((element) => !failed.has(element))};
    }

    const unknown = new Map(); // looks -> elements
    for (const element of document.body.querySelectorAll("*:not(option, optgroup)")) {
        const shows = element.matches(FIELDS) || /[\p{L}\p{N}]/u.test(ownText(element));
        if (!shows || !isSeen(element)) continue;
        const own = looks(element);
        if (!known.has(own)) unknown.set(own, [...(unknown.get(own) || []), element]);
    }
    const violations = [];
    const newlyJudged = [];
    // The first of each looks; of looks that it does not judge by that, all others.
    for (const part of [(elements) => elements.slice(0, 1), (elements) => elements.slice(1)]) {
        const asked = [...unknown].flatMap(([own, elements]) => part(elements).map((element) => [element, own]));
        if (!asked.length) continue;
        const looksOf = new Map(asked);
        const answer = await judge([...looksOf.keys()]);
        violations.push(...answer.violations);
        for (const element of answer.passed) {
            const own = looksOf.get(element); // none where an element stands within one that was given
            if (unknown.delete(own)) newlyJudged.push(own);
        }
    }
    return {violations, judged: newlyJudged};
}
