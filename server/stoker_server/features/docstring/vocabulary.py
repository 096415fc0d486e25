"""Word lists: what a name's words can be told to be. English, not Python."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """A set of words from a text."""
    return frozenset(text.split())


VERBS = words(
    """
    attack bake borrow buy catch chase climb cook defend drink drive earn eat fly greet harvest heal hire hug lend pay reap
    rent sell sow spend strike swim teach
    abort accept accumulate acknowledge acquire activate adapt add adjust advance advertise aggregate align
    allocate allow amend analyse analyze annotate announce answer append apply approve archive arrange ask
    assemble assert assign associate attach attempt augment authenticate authorize await backup balance begin bind
    bisect block boot bootstrap break broadcast build bump bundle calculate calibrate call cancel canonicalize
    capture cascade cast change check checkpoint choose chunk clamp classify clean cleanup clear click clip clone
    close coalesce coerce collapse collate collect colorize combine commence commit compare compile complement
    complete compose compress compute concatenate condense configure confirm connect consider consolidate
    construct consult consume convert copy correct count create crop customise customize cut deactivate deal
    deallocate debug decide declare decode decompress decorate decrease decref decrypt dedent deduce defer define
    degrade delegate delete deliver demangle demote denote deny depict deploy deprecate dequeue dereference
    deregister derive describe deselect deserialise deserialize destroy detach detect determine dial diff disable
    disassemble disassociate discard disconnect discover dismiss dispatch display dispose dissolve divide do
    download draw drop dump duplicate edit eject elevate elide embed emit emphasize emulate enable encapsulate
    encode encrypt end enforce engage enlarge enqueue enrich enroll ensure enter enumerate erase escape estimate
    evaluate evict examine exchange exclude execute exit expand expect expire explain explode explore export
    expose extend extract fade fail fake feed fetch fill filter finalise finalize find finish fire fit fix flatten
    flip flush focus fold follow force forget fork format forward freeze fuzz gather generate get give glob go
    grab grant group grow guess gzip halt handle hash hide highlight hoist identify ignore illustrate impersonate
    implement imply import improve include increase indent indicate induce infer inflate inform inherit init
    initialise initialize initiate inject inline inquire insert inspect install instantiate integrate interact
    intercept interleave intern internalize interpolate interpret interrupt intersect introduce invalidate invert
    invite invoke isolate issue itemize iterate join jump justify keep kill launch lay learn leave lex lift limit
    linearize link lint list listen load localize locate lock log login logout look lookup lower lowercase
    maintain make manage mangle map mark mask match materialize maximise maximize measure memoize mention merge
    migrate minimise minimize mix mock modify monitor mount move multiply mutate mute name narrow navigate negate
    nest nominate normalise normalize notify obey observe obtain offer omit open operate optimise optimize order
    organise organize override overwrite pack pad paint parameterize parse partition pass paste patch pause peek
    penalize perform permit permute persist pick pin ping pivot place plan play plot plug polish poll pop populate
    possess post predict prefer prefetch preload prepare prepend preprocess present preserve press prettify
    prevent print prioritize probe process produce promote prompt propagate protect prove provide prune publish
    pull purchase purge pursue push put quantize query queue quit quote raise randomize rank read rearrange
    reassign rebase reboot rebuild recall recast receive reclaim recognise recognize recommend recompute reconcile
    reconnect reconstruct record recover recreate recycle redirect redo redraw reduce reenter refer refine reflect
    reformat refresh refuse regenerate register regroup reindex reinstall reject relabel relate relax relay
    release reload relocate remap remember remind remove rename render renew reopen reorder repair reparse repeat
    rephrase replace replay replicate repopulate report represent reproduce request require rerun rescan
    reschedule reseed reset reshape resize resolve respawn respond restart restore restrict restructure resubmit
    resubscribe resume retain retarget rethrow retire retract retrain retrieve retry return reuse reveal reverse
    revert review revise revoke rewind reword rewrite roll rollback rotate round route run sample sanitize
    saturate save scale scan scatter schedule score scramble scrape scroll scrub seal search secure seek select
    send separate serialise serialize serve set settle setup sharpen shift shorten shove show shrink shuffle
    shutdown sift sign signify simplify simulate skip sleep slice slide smooth snip solicit solve sort spawn
    specify spin splice split spread squash stack stamp standardize start steal stitch stop store stream stringify
    strip study subscribe substitute subsume subtract succeed suggest sum summarise summarize supply support
    suppress surround suspend swap switch symlink sync synchronise synchronize synthesize tag take tally teardown
    terminate test thaw throw tick tighten toggle tokenise tokenize tolerate touch trace track train transfer
    transform translate transmit transpose traverse treat triangulate trigger trim truncate try tune turn tweak
    unbind unbox uncompress undo unescape unflatten unfold unfreeze unhide unify unindent uninstall unite unlink
    unload unlock unmount unpack unpause unpin unquote unregister unset unsubscribe unwind unwrap upcast update
    upgrade upload uppercase use utilize vacuum validate vary vectorize verify vet view visit vote wait wake walk
    warm warn watch weigh widen wipe wire withdraw wrap write xor yield zip
    """
)
"""Verbs that names of functions begin with."""

PREPOSITIONS = words(
    """
    about above after against around as at before below between by for from if in into like of off on onto out
    over per since through to toward under unless until up upon via when where while with within without
    """
)
"""Words that tie what follows to what stands before."""

NO_ARTICLE = words(
    """
    a again all an and any are away back be been being both down each every forever is it its many more most no
    none not once one only or other same some that the these this those twice two was which
    """
)
"""Beginnings of a noun phrase that go without an article, besides prepositions."""

ADJECTIVES = words(
    """
    absent abstract accurate active alive ambiguous anonymous ascii async atomic available awake aware bad bare
    big blank bool boolean busy callable clean clear close compact complete complex concrete consistent constant
    correct current dead deep dense different direct dirty distinct dry due dynamic eager early empty equal
    equivalent exact exclusive executable expired explicit external false fast final fine finite foreign free
    frequent frozen full generic global greater greedy hidden high identical idle immutable implicit in inclusive
    incomplete inner instant int integer internal invalid iterable known large late lazy legal less light local
    long loose low lower main mandatory missing mutable native negative new nil null numeric odd off offline ok
    old on online open optional other outer parallel pending perfect plain positive possible present pretty prime
    private proper public pure quiet random raw ready real recent recursive redundant regular relative remote
    required rich right root safe same secure separate short silent similar simple sorted special stable stale
    static strict subject successful suitable sure symmetric synthetic temporary terminal thin tight tiny total
    transient trivial true truthy unique unknown unsafe unset unused upper usable valid verbose visible void weak
    whole wide wrong zero unsure
    """
)
"""Words that *is* goes with, without an article."""

NOUNS = words(
    """
    agent alphabetic archive argument arithmetic bed binary boundary building client comment component content
    dictionary directive document element event fabric feed generic heading increment king library listing logic
    mapping metric music parent ping ring seed segment setting shed statement static string string_ summary table thing
    topic variable
    """
)
"""Nouns that end like adjectives."""

MANNERS = words("completely exactly fully lazily manually partially quickly safely silently")
"""Adverbs that names of functions end with."""

ONLY_VERBS = words(
    """
    accept add allow apply compute convert create delete determine disable enable encapsulate ensure evaluate expand extract
    find generate get has ignore inline insert introduce invoke is make move normalize prevent remove rename replace resolve
    restore rewrite serialize skip strip validate verify
    """
)
"""Words that begin names as verbs and never as nouns."""

EITHER = words(
    """
    chain count cycle digest format hash limit map offer order queue record report score stack step
    """
)
"""Words that are verbs in some names and nouns in others."""

OWN = words(
    """
    abort activate apply build cancel clear close commit compile connect copy deactivate delete destroy disable
    disconnect enable execute exit finalize finish flush freeze generate hide initialize invalidate kill launch
    lock merge open pack parse pause persist prepare process rebuild redraw refresh release reload remove render
    rerun reset restart resume rewind run save send serialize show shuffle simplify sort start stop submit suspend
    terminate trigger unload unlock unpack update validate write
    """
)
"""Verbs whose object, where a method without arguments has none, is the object itself."""

APART = words(
    """
    choose draw exit go look main pick poll run sample search sleep take wait
    """
)
"""Verbs whose object is not the first argument."""

MAKING = words(
    """
    build construct create generate make new produce
    """
)
"""Verbs whose object does not exist before."""

DESTINATIONS = words("buf buffer dst dest fd file fileobj fp handle out output path sink sock stream target writer")
SOURCES = words("buf buffer fd file fileobj fp handle inp input path reader sock source src stream")
"""Names of arguments that something is written to, or read from."""
WRITING = words("dump export print render save serialise serialize write")
READING = words("deserialise deserialize load parse read restore")
"""Verbs whose object, in a method that is given nothing but where to or where from, is the object itself."""

ASKING = words(
    """
    accepts allows are can contains could does had has have is may must needs requires should supports uses was
    will
    """
)
"""Verbs with which a name asks a question that is answered by true or false."""

QUALITIES = words(
    """
    eager empty explicit external implicit inner internal invalid lazy outer recursive safe strict unsafe valid verbose
    """
)
"""Adjectives that are no nouns: what ends with one leaves open what is meant."""

LIKE_QUALITIES = words(
    """
    bed bleed breed cable callable creed deed embed enable executable feed hundred iterable need observable
    seed shed speed syllable table timetable variable weed
    """
)
"""Nouns that end as what can be, or was, done to something."""

THIRD_PERSON = words("dumps equals exists exports fails loads makes parses prints raises reads returns writes")
"""Names that are verbs with an *s*, and no nouns that say what a function gives."""

EMPTY_NAMES = words(
    """
    ans answer cur data done found given left line_ new obj ok old out output r res result results ret retval rv
    seen sent temp tmp val value x y
    """
)
"""Names of variables that say nothing about what they hold."""

NOUNISH = words(
    """
    comment contract default end index label master mirror name number own pair point port prefix price profile program
    project sequence snapshot source span start state tail time total type work
    """
)
"""Words that are verbs now and then, but nouns where something is returned."""

SETTINGS = words(
    """
    async atomic binary debug eager exclusive greedy inclusive lazy optional parallel quiet raw recursive safe silent strict
    verbose
    """
)
"""Adjectives that name a setting where an argument is called so."""

PLACEHOLDERS = words(
    """
    closure deco decorated decorator f fn func function g helper impl implementation inner runner thunk worker wrapped
    wrapper
    """
)
"""Names of functions that say nothing about them."""

JOINED_VERBS = (
    "close",
    "copy",
    "create",
    "dump",
    "join",
    "load",
    "merge",
    "open",
    "parse",
    "read",
    "split",
    "walk",
    "write",
)
"""Verbs that end names of one word (``urlopen``), so that the name is no noun."""

GIVING = words(
    """
    acquire allocate build calculate choose collect compute construct count create derive determine download estimate extract
    fetch find gather generate get infer iter iterate list load lookup make obtain open pick produce query read receive
    retrieve select yield
    """
)
"""Verbs whose object is what comes back."""

CHANGING = words(
    """
    canonicalize capitalize clean compile compress convert copy decode decompress decrypt deserialize encode encrypt escape
    expand filter flatten fold format indent invert join merge normalise normalize pad parse prettify process quote reduce
    rename render replace resize resolve reverse rotate sanitize scale serialise serialize shorten simplify sort strip
    tokenize transform translate transpose trim truncate unescape unify unpack unquote unwrap wrap
    """
)
"""Verbs whose object comes back changed."""
